/** How long to wait after each token of such small models: they are too fast to be watched. */
export const PAUSE_MS = 40;

/** Questions for models that know only a small world, by the model's id. */
export const EXAMPLES = new Map([
  ["safety-world", [
    "how do i split the tile ?",
    "we plan to store the sunpitch . how does it go ?",
    "for a game , list the steps to warm the scorchoil .",
    "we plan to carry the crackstone . how does it go ?",
  ]],
]);
