/** Type tags of fengari's values: Lua 5.3's own numbers, variants included. */
export const NIL = 0;
export const BOOLEAN = 1;
export const LIGHT_USERDATA = 2;
export const FLOAT = 3;
export const INTEGER = 19;
export const STRING = 20;
export const TABLE = 5;
export const LUA_FUNCTION = 6;
export const HOST_FUNCTION = 22;
export const HOST_CLOSURE = 38;
export const USERDATA = 7;
export const THREAD = 8;

/** The base type of a tag: `tag & BASE` maps variants onto `type(v)`. */
export const BASE = 15;
export const BASE_NUMBER = 3;
export const BASE_STRING = 4;
export const BASE_FUNCTION = 6;

/** Flags of a call frame. */
export const FRAME_ORIGINAL_ALLOWHOOK = 1;
export const FRAME_IS_LUA = 2;
export const FRAME_FRESH = 8;
export const FRAME_TAIL = 32;
export const FRAME_LESS_THAN_FOR_LESS_EQUAL = 128;

/** Results of resuming a thread. */
export const STATUS_OK = 0;
export const STATUS_YIELD = 1;
export const STATUS_ERROR = 2;
/** A JavaScript exception that is no Lua error. */
export const STATUS_NATIVE = -1;
export const STATUS_ERROR_IN_ERROR = 6;

export const MULTIPLE_RESULTS = -1;

/** Numbers of the metamethods that the engine asks for by number. */
export const TM_INDEX = 0;
export const TM_NEWINDEX = 1;
export const TM_ADD = 6;
export const TM_SUB = 7;
export const TM_MUL = 8;
export const TM_MOD = 9;
export const TM_POW = 10;
export const TM_DIV = 11;
export const TM_IDIV = 12;
export const TM_BAND = 13;
export const TM_BOR = 14;
export const TM_BXOR = 15;
export const TM_SHL = 16;
export const TM_SHR = 17;
export const TM_UNM = 18;
export const TM_BNOT = 19;
export const TM_CONCAT = 22;
