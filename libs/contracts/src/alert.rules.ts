/** Between which figures an alert is told and told again: fallen to `low`, and only after it rose to `rearm`. */
export interface Band {
  low: number;
  rearm: number;
}

/**
 * What a figure means for an alert that was told (`on`) or was not: one that stays between the two says nothing, so that a
 * figure that trembles about a level is told once and not each time.
 */
export function crossing(on: boolean, available: number, { low, rearm }: Band): 'fell' | 'rose' | undefined {
  if (!on) return available <= low ? 'fell' : undefined;
  return available >= rearm ? 'rose' : undefined;
}

/** Low at the reorder level, well again at a tenth above it, by one piece at least. */
export function reorderBand(reorderLevel: number): Band {
  return { low: reorderLevel, rearm: reorderLevel + Math.max(1, Math.ceil(reorderLevel / 10)) };
}
