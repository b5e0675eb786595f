import type {Applied, ApplyRequest, UndoRequest} from '../../ports/worktree.ts';
export async function applyChanges(_home: string, _request: ApplyRequest): Promise<Applied> { return {kind: 'nothing'}; }
export async function undoChanges(_home: string, _request: UndoRequest): Promise<Applied> { return {kind: 'nothing'}; }
