/**
 * The type of a parameter that a DtoPipe has made. Behind an alias no decorator sees the class, so that the pipes of a
 * host (`whitelist`, `transform`) leave the parameter to its own.
 */
export type Checked<T> = T;
