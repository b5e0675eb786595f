import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import type {Browser} from 'playwright-core';

/** A real browser, headless; null where none is installed, which is said in one line. */
export async function chromium(): Promise<Browser | null> {
  const executablePath = places().find(path => existsSync(path));
  if (executablePath === undefined) {
    console.log('No Chromium is installed here, so the page was not opened in one: apt-get install chromium');
    return null;
  }
  const {chromium} = await import('playwright-core');
  // The system's superuser may not use the browser's own sandbox.
  return chromium.launch({executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : []});
}

function places(): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'headless_shell'];
  const applications = ['Chromium', 'Google Chrome'].map(name => `/Applications/${name}.app/Contents/MacOS/${name}`);
  return [...['/usr/bin', ...folders].flatMap(folder => names.map(name => join(folder, name))), ...applications];
}
