import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { useAddress } from './use-go.ts';

interface ProjectLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** Below the project (`people/12?tab=timeline`), or from the root with a leading slash. */
  to: string;
}

/** A link inside the console: the page's code is fetched on hover, modified clicks open a new tab as everywhere. */
export function ProjectLink({ to, onClick, children, ...rest }: ProjectLinkProps) {
  const router = useRouter();
  const href = useAddress()(to);
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.history.push(href);
  };
  const preload = () => void router.preloadRoute({ to: href.split('?')[0] ?? href } as never).catch(() => undefined);
  return (
    <a {...rest} href={href} onClick={follow} onMouseEnter={preload}>
      {children}
    </a>
  );
}
