/**
 * What the installed command and the container start Node.js with. On a big machine V8 lets the space of young objects grow to
 * 128 MB, which is as much as all that is remembered of 10,000 hosts; a running program cannot change that.
 */
export const NODE_FLAGS = "--max-semi-space-size=8";
