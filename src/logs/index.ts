export { type CriLine, criPrefixBytes, formatCriTime, type LogStream, parseCriTime } from './cri.js';
export { CriDecoder, MalformedLogError, parseCriLine } from './decode.js';
export { CriEncoder } from './encode.js';
export { LineIndex, type LinePlace } from './line-index.js';
export { digestMasked, type LineSpan, type MaskedDigests, maskByte, overwriteLines } from './mask.js';
export { rebuildFromLog, rebuildOutput } from './rebuild.js';
