/**
 * The environment that commands get: what a build needs of the user's, and nothing that is a secret. `allow` holds more names, with `*`
 * for any run of characters; a name that reads like a secret is taken only where it is written out in full.
 */
export function allowedEnvironment(env: Readonly<Record<string, string | undefined>>, allow: readonly string[]): Record<string, string> {
  const exact = new Set(allow);
  const globs = allow.filter(pattern => pattern.includes('*')).map(matcher);
  const usual = families.map(matcher);
  const passes = (name: string): boolean =>
    exact.has(name) || names.has(name) || (!secret.test(name) && (usual.some(glob => glob(name)) || globs.some(glob => glob(name))));
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && passes(name)) passed[name] = value;
  }
  return {...withoutTraces(passed, env), ...quiet};
}

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Who and where the user is, how text is written, and where the toolchains and their caches are. */
const names = new Set(
  words(`
    PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TMP TEMP CI __CF_USER_TEXT_ENCODING
    HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY FTP_PROXY http_proxy https_proxy no_proxy all_proxy ftp_proxy
    SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS NIX_SSL_CERT_FILE
    GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
    NVM_DIR NVM_BIN NVM_INC VOLTA_HOME N_PREFIX FNM_DIR FNM_MULTISHELL_PATH COREPACK_HOME PNPM_HOME BUN_INSTALL DENO_DIR NODE_OPTIONS
    GOPATH GOROOT GOBIN GOCACHE GOMODCACHE GOFLAGS GOPROXY GOPRIVATE GONOSUMDB GOTOOLCHAIN GOOS GOARCH CGO_ENABLED
    CARGO_HOME CARGO_TARGET_DIR RUSTUP_HOME RUSTUP_TOOLCHAIN RUSTFLAGS RUST_BACKTRACE
    JAVA_HOME JDK_HOME GRADLE_USER_HOME MAVEN_HOME M2_HOME KOTLIN_HOME SDKMAN_DIR ANDROID_HOME ANDROID_SDK_ROOT SCALA_HOME
    PYENV_ROOT PYENV_VERSION VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV CONDA_EXE CONDA_PYTHON_EXE PYTHONPATH PIPX_HOME POETRY_HOME UV_CACHE_DIR
    RBENV_ROOT RBENV_VERSION GEM_HOME GEM_PATH BUNDLE_PATH BUNDLE_GEMFILE COMPOSER_HOME DOTNET_ROOT
    ASDF_DIR ASDF_DATA_DIR MISE_DATA_DIR GHCUP_INSTALL_BASE_PREFIX STACK_ROOT CABAL_DIR OPAMROOT OPAM_SWITCH_PREFIX
    HOMEBREW_PREFIX HOMEBREW_CELLAR HOMEBREW_REPOSITORY NIX_PATH NIX_PROFILES IN_NIX_SHELL FLUTTER_ROOT
    CC CXX CPP AR LD CFLAGS CXXFLAGS CPPFLAGS LDFLAGS CPATH LIBRARY_PATH LD_LIBRARY_PATH PKG_CONFIG_PATH CMAKE_PREFIX_PATH
    DEVELOPER_DIR SDKROOT MACOSX_DEPLOYMENT_TARGET DOCKER_HOST
  `),
);

const families = ['LC_*', 'XDG_*'];

/** No pager, no editor and no prompt waits for somebody who is not there; colours cost tokens and say nothing. */
const quiet = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  MANPAGER: 'cat',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'true',
  GIT_TERMINAL_PROMPT: '0',
  // A command that only looks must not take the index's lock from one that works.
  GIT_OPTIONAL_LOCKS: '0',
  DEBIAN_FRONTEND: 'noninteractive',
};

const secret = /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|COOKIE|SESSION|PRIVATE/i;

function matcher(pattern: string): (name: string) => boolean {
  const expression = new RegExp(
    `^${pattern
      .split('*')
      .map(part => part.replaceAll(/[$()+.?[\\\]^{|}]/g, '\\$&'))
      .join('.*')}$`,
  );
  return name => expression.test(name);
}

/** Takes out how this program itself was started: under a script runner, or under a debugger that would hold on to every child. */
function withoutTraces(passed: Record<string, string>, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const {PATH: path, NODE_OPTIONS: options, ...rest} = passed;
  const underRunner = env['npm_lifecycle_event'] !== undefined || env['npm_execpath'] !== undefined;
  return {
    ...rest,
    ...(path === undefined ? {} : {PATH: underRunner ? withoutRunner(path) : path}),
    ...(options === undefined || /--inspect|js-debug/.test(options) ? {} : {NODE_OPTIONS: options}),
  };
}

/** npm, npx, pnpm and yarn put the `bin` folders of their own project in front, and with them this program's own tools. */
function withoutRunner(path: string): string {
  const folders = path.split(':');
  const first = folders.findIndex(folder => !/(?:^|\/)(?:node_modules\/\.bin|node-gyp-bin)\/?$/.test(folder));
  return first < 0 ? path : folders.slice(first).join(':');
}
