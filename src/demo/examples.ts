import type { Kernel } from '../kernel/slice.ts';
import type { Condition } from '../know/audiences/contract.ts';
import type { SegmentsApi } from '../know/segments/index.ts';

/** The doors through which the demo project gets its examples. */
export interface ExampleDoors {
  segments: SegmentsApi;
}

/** Saves what a newcomer looks at first. A second call adds nothing: names that are taken are left alone. */
export async function addExamples(kernel: Kernel, doors: ExampleDoors, projectId: number): Promise<void> {
  for (const { name, description, condition } of segments) {
    try {
      await doors.segments.create({ projectId, name, description, condition });
    } catch (error) {
      kernel.log.info({ projectId, name, error: String(error) }, 'example segment not added');
    }
  }
}
const segments: { name: string; description: string; condition: Condition }[] = [];
