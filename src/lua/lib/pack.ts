export const pack = () => 0;
export const packsize = () => 0;
export const unpack = () => 0;
