import fc from 'fast-check';

// The same cases on every machine, so that a run says something of the change and not of the dice. `FUZZ_SEED=random npm test` throws them.
const {FUZZ_SEED: wanted = '20261120'} = process.env;
fc.configureGlobal(wanted === 'random' ? {} : {seed: Number(wanted)});
