import { type AnyRoute, createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { ErrorPanel } from './kit/ErrorPanel.tsx';
import { PageSkeleton } from './kit/Skeletons.tsx';
import type { ScreenDefinition } from './screens.ts';
import { LandingRedirect } from './session/LandingRedirect.tsx';
import { SignedIn } from './session/SignedIn.tsx';
import { SignInPage } from './session/SignInPage.tsx';
import { NotFound } from './shell/NotFound.tsx';
import { OfflineBanner } from './shell/OfflineBanner.tsx';
import { ProjectShell } from './shell/ProjectShell.tsx';
import { ScreenGate } from './shell/ScreenGate.tsx';
import { WorkspaceShell } from './shell/WorkspaceShell.tsx';
import { screens } from './slices.ts';

const PENDING_SHOWN_AFTER_MS = 100;

function Root() {
  return (
    <>
      <OfflineBanner />
      <Outlet />
    </>
  );
}

const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ErrorPanel error={error} onRetry={reset} />,
});
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignInPage });
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });
const landing = createRoute({ getParentRoute: () => signedIn, path: '/', component: LandingRedirect });
const workspace = createRoute({ getParentRoute: () => signedIn, id: 'workspace', component: WorkspaceShell });
const project = createRoute({ getParentRoute: () => signedIn, path: '/p/$projectId', component: ProjectShell, notFoundComponent: NotFound });
const home = createRoute({ getParentRoute: () => project, path: '/', component: lazyRouteComponent(() => import('./home/Home.tsx'), 'Home') });

/** A route whose code is fetched when first visited (or hovered), behind its permission and its own fault boundary. */
function routeOf(parent: AnyRoute, screen: ScreenDefinition): AnyRoute {
  const Lazy = lazyRouteComponent(async () => ({ default: await screen.load() })) as ComponentType & { preload?: () => Promise<void> };
  const Screen = () => (
    <ScreenGate permission={screen.permission}>
      <Lazy />
    </ScreenGate>
  );
  const component = Object.assign(Screen, { preload: () => Lazy.preload?.() });
  return createRoute({ getParentRoute: () => parent, path: screen.path, component: component as never }) as unknown as AnyRoute;
}

const workspaceRoutes = screens.filter((screen) => screen.scope === 'workspace').map((screen) => routeOf(workspace as unknown as AnyRoute, screen));
const projectRoutes = screens.filter((screen) => screen.scope !== 'workspace').map((screen) => routeOf(project as unknown as AnyRoute, screen));

const tree = root.addChildren([
  signIn,
  signedIn.addChildren([landing, workspace.addChildren(workspaceRoutes as never), project.addChildren([home, ...projectRoutes] as never)] as never),
] as never);

/** Query strings are plain texts on both sides; `useUrlState` gives them types. */
export const router = createRouter({
  routeTree: tree as unknown as AnyRoute,
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: PENDING_SHOWN_AFTER_MS,
  defaultPendingMinMs: 0,
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text ? `?${text}` : '';
  },
});
