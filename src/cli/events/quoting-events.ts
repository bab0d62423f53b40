import { createReadStream, existsSync } from 'node:fs';
import { isEventType, isRedactable, runStream } from '../../events/index.js';
import { CriDecoder, type LineSpan } from '../../logs/index.js';
import type { StoreReader } from '../../store/index.js';

const maxLines = 100;
const pageSize = 500;

/** A shorter line is quoted by chance. */
const minLength = 6;

/** The text of these lines of a log, without surrounding blanks; of the first hundred that say something. */
export const textOfLines = async (path: string, { fromLine, toLine }: LineSpan): Promise<string[]> => {
  if (!existsSync(path)) return [];
  const decoder = new CriDecoder();
  const texts: string[] = [];
  let number = 0;
  for await (const chunk of createReadStream(path)) {
    for (const line of decoder.push(chunk as Buffer)) {
      number += 1;
      const text = number < fromLine || number > toLine ? '' : line.text.toString('utf8').trim();
      if (text.length >= minLength && !/^\*+$/.test(text)) texts.push(text);
    }
    if (number >= toLine || texts.length >= maxLines) break;
  }
  return texts.slice(0, maxLines);
};

/** The events of a run that quote one of the texts and can be redacted: outputs of jobs, messages, commands. */
export const quotingEvents = (reader: StoreReader, runId: string, texts: readonly string[]): number[] => {
  if (texts.length === 0) return [];
  const sought = texts.map((text) => JSON.stringify(text).slice(1, -1));
  const found: number[] = [];
  for (let afterSeq = 0; ; ) {
    const page = reader.readEvents({ streams: [runStream(runId)], afterSeq, limit: pageSize });
    for (const { seq, type, data } of page) {
      afterSeq = seq;
      if (!isEventType(type) || !isRedactable(type)) continue;
      const json = JSON.stringify(data);
      if (sought.some((text) => json.includes(text))) found.push(seq);
    }
    if (page.length < pageSize) return found;
  }
};
