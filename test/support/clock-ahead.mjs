// Loaded in front of the program: its clock is CLOCK_AHEAD_MS ahead (or behind). What it starts keeps the real one.
const ahead = Number(process.env.CLOCK_AHEAD_MS);
for (const name of ['NODE_OPTIONS', 'CLOCK_AHEAD_MS']) delete process.env[name];
const Real = Date;
const now = () => Real.now() + ahead;
globalThis.Date = class Date extends Real {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }

  static now() {
    return now();
  }
};
