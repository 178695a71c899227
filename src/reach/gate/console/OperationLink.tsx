import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import type { Delivery } from '../contract.ts';

/** The operation that wanted the message, and its step. */
export function OperationLink({ delivery }: { delivery: Delivery }) {
  const [kind, id] = delivery.operation.split(':');
  if (kind !== 'journey') return <span>{delivery.operation}</span>;
  return (
    <ProjectLink
      to={`journeys/${id}?tab=results&node=${encodeURIComponent(delivery.node)}`}
    >{`${delivery.operation} · ${delivery.node}`}</ProjectLink>
  );
}
