import {z} from 'zod';

/** From 1 on. `z.int()` would add the largest safe integer to the schema that is sent with every request. */
export const wholeNumber = z.number().min(1).refine(Number.isInteger, 'must be a whole number');
