import {systemClock} from '../adapters/clock/clock.ts';
import {startTimeOf} from '../adapters/processes/process-table.ts';
import {logRepairing} from '../adapters/session/log-repairing.ts';
import {repairSession, type Repaired, type RepairRequest} from '../agent/repair/repair-session.ts';
import type {Parts} from './parts.ts';

/** Makes a damaged log of this home one that can be read to its end. */
export async function composeRepair(request: RepairRequest, {home, catalogue, blobs}: Parts): Promise<Repaired> {
  const ports = {
    repairing: logRepairing({home, startTimeOf}),
    blobs: await blobs(),
    catalogue: await catalogue(),
    now: systemClock.now,
  };
  return repairSession(request, ports);
}
