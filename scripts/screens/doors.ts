// What anybody may see, and what an unfit device says.
import type { Stage } from './stage.ts';

export async function takeDoors(stage: Stage): Promise<void> {
  const visit = await stage.visit();
  for (const [path, name] of [
    ['/', 'front-door'],
    ['/about', 'about'],
    ['/about/data', 'about-data'],
  ] as const) {
    await visit.go(path);
    await visit.take(name);
  }
  await visit.context.close();

  const storeless = await stage.visit();
  await storeless.context.addInitScript(() =>
    Object.defineProperty(window, 'indexedDB', { value: undefined }),
  );
  await storeless.go('/practice');
  await storeless.page.getByRole('heading', { name: 'cannot work here' }).waitFor();
  await storeless.take('unfit-no-storage');
  await storeless.context.close();

  // A name that is not localhost: the browser is told where it lies (see screens.ts).
  const insecure = await stage.visit();
  await insecure.go(stage.origin.replace(/\/\/[^:/]+/, `//${insecureName}`) + '/practice');
  await insecure.page.getByRole('heading', { name: 'cannot work here' }).waitFor();
  await insecure.take('unfit-insecure');
  await insecure.context.close();
}

export const insecureName = 'holdfast.test';
