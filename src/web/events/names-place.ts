interface Place {
  readonly file: string;
  readonly line: number;
}

/** Whether a message tells the place itself, so that it needs not be told beside it. */
export const namesPlace = (message: string, { file, line }: Place): boolean => {
  const place = `${file}:${line}`;
  const at = message.indexOf(place);
  return at !== -1 && !/\d/.test(message.charAt(at + place.length));
};
