import { Navigate } from '@tanstack/react-router';
import { useSession } from '../kit/use-session.ts';
import { lastProject } from '../preferences.ts';

/** The root leads to the project last seen, else to the first one, else to the list of projects. */
export function LandingRedirect() {
  const { projects } = useSession();
  const last = Number(lastProject.get());
  const project = projects.find((one) => one.id === last) ?? projects[0];
  return <Navigate to={(project ? `/p/${project.id}` : '/projects') as never} replace />;
}
