/** The first line of a message whose other lines are shown elsewhere. */
export const firstLine = (message: string): string => message.split('\n', 1)[0]!;
