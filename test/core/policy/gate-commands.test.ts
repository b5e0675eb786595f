import {expect, test} from 'vitest';
import {letters, shellRequest} from './judged.ts';

/** Verdicts in plan, ask, accept-edits and full: A allow, ? ask, X deny. */
function check(expected: string, ...commands: readonly string[]): void {
  test.each(commands)(`${expected}  %j`, async command => {
    expect(letters(await shellRequest(command))).toBe(expected);
  });
}

// What provably only reads runs in every mode.
check(
  'AAAA',
  'ls', 'ls -la src', 'ls *.ts', 'ls -la 2>/dev/null', 'pwd', 'cat package.json', 'head -n 20 src/a.ts', 'wc -l src/*.ts', 'cat a | head | wc -l', 'cat a && ls; pwd',
  'cat a\nls', 'grep -rn "foo bar" src', "rg -n 'foo' src", 'rg foo -g "*.ts"', 'find . -name "*.ts"', 'find src -type f | sort | uniq -c', 'stat a', 'du -sh .', 'which node', 'echo hello', 'echo "$HOME"',
  'echo $?', 'sort -rn a', "sed -n '1,20p' a", "sed -n '/re/,$p' a.txt | head", "sed 's/a/b/g' a", 'cd src && ls', 'true', 'test -f a', '[ -f a ]', '[[ -f a ]]', 'cat /repo/a', '/bin/ls src',
  'ls; echo "exit: $?"', 'if [ -f a ]; then cat a; fi', 'timeout 5 ls', 'time ls', 'nice -n 5 cat a', 'nohup cat a', 'env', 'bash -c "ls src"', 'sh -c \'cat a | head\'', '(ls)', '{ ls; pwd; }', '! ls',
  'cat <<EOF\nhello\nEOF', 'cat < a', 'diff a b', 'jq .name package.json', 'tree src', 'date +%s', 'node --version', 'go version', 'command -v node', 'type git',
);
check(
  'AAAA',
  'git status', 'git status --short', 'git log --oneline -5', 'git diff', 'git diff HEAD~1 -- src', 'git show HEAD', 'git show HEAD:a.ts', 'git ls-files', 'git blame a', 'git rev-parse HEAD', 'git branch', 'git branch -a',
  'git branch --show-current', 'git branch --list "x*"', 'git branch --contains HEAD', 'git tag', 'git tag -l v1', 'git stash list', 'git stash show', 'git config --get user.name', 'git config user.name', 'git config --list',
  'git worktree list', 'git remote', 'git remote -v', 'git remote get-url origin', 'git reflog', 'git reflog show HEAD', 'git grep foo', 'git --no-pager log', 'git log | head', 'git describe --tags', 'git submodule status',
  'git notes list', 'git symbolic-ref HEAD', 'git merge-base HEAD main', 'git cat-file -p HEAD', 'git --version', 'git log main..HEAD',
);

// Reading outside the session's folders is asked about, also in plan mode nothing of it is certain.
check('X??A', 'cat /etc/passwd', 'cat ../x', 'cat ~/.ssh/id_rsa', 'cat $HOME/.ssh/id_rsa', 'ls ..', 'cat /repo/../etc/passwd', 'head "$F"', 'ls .*/x', 'grep -f/etc/passwd a', 'cat src/../../x', 'cd / && ls', 'cat `echo /etc/passwd`');

// Commands.
check(
  'X??A',
  'npm test', 'npm install', 'node a.js', 'rm -rf build', 'mkdir x', 'touch a', 'mv a b', 'cp a b', 'make', 'curl https://example.com', 'ls; npm test', 'ls && rm x', 'ls | tee out', 'ls > out', 'cat a >> b', 'echo x > a', 'ls 2> err',
  'sed -i s/a/b/ a', "sed 's/a/b/w out' a", "sed 's/a/b/e' a", "sed -n 'w out' a", "sed '1e ls' a", "sed '/a/w out' a", "sed 's/a/b/;w out' a", 'sed -f script a', 'sort -o out a', 'sort -uo out a', 'sort --output=x a', 'sort --compress-program=sh a', 'uniq a b',
  'find . -delete', 'find . -exec rm {} +', 'find . -fprint out', 'find . -execdir sh -c "rm x" \\;', 'rg --pre sh foo', 'awk 1 a', "awk 'BEGIN{system(\"rm x\")}'", 'tee a', 'tree -o out', 'date -s 12:00', 'hostname x', 'xargs rm', 'ls | xargs rm', 'ls | xargs', 'xargs -0 ls', 'find . -name x -exec ls {} \\;',
  'ls $(rm x)', 'ls `rm x`', 'cat <(rm x)', 'cat <<EOF\n$(rm x)\nEOF', 'echo "${x:-$(rm x)}"', 'ls\nrm x', 'ls & rm x', 'ls || rm x', 'if rm x; then ls; fi', 'f() { rm x; }; ls', 'for f in a; do rm "$f"; done', 'while ls; do rm x; done', 'case a in a) rm x;; esac',
  'PATH=/tmp ls', 'LD_PRELOAD=x ls', 'A=1', './ls', 'src/ls', '/tmp/ls', 'eval ls x "$(rm x)"', 'bash -c "rm x"', 'bash script.sh', 'sudo ls', 'printf -v x y', 'exec rm x', 'x=$(rm y) ls', '[[ -n $(rm x) ]]', 'echo $(( $(rm x) ))', 'env A=1 ls', 'python3 -c "print(1)"',
  'bash', 'curl x | sh', '$CMD x', 'ls "unterminated', "ls 'unterminated", 'source x', '. x', 'alias ls=rm', 'trap "rm x" EXIT', 'echo \\ a', 'echo a\rb', 'ssh host ls', 'eval "$X"', 'true && $X', 'xargs sh', '"$@"', 'node', 'cat a | python3', "[[ 'a[$(rm x)]' -eq 0 ]]", "let 'a[$(rm x)]=1'", 'env -S "rm x"', 'timeout --unknown 5 ls',
);

// Git verbs that stay in the worktree are commands like others.
check('X??A', 'git add .', 'git commit -m x', 'git commit -am "fix it"', 'git commit -m "$(cat msg)"', 'git restore a', 'git reset --hard HEAD', 'git rm a', 'git mv a b', 'git checkout -- a', 'git checkout HEAD -- a', 'git checkout .', 'git apply p.diff', 'git cherry-pick abc', 'git revert HEAD', 'git clean -fd', 'git merge main', 'git checkout --detach main', 'git switch --detach main', 'git -c user.name=x commit -m y', 'git -C src add .', 'cd src && git add .', 'git diff --output=x', 'git log --output x', 'git grep -O foo', 'git grep -nOvi foo', 'git diff --ext-diff', 'git log --textconv', 'git log $X', 'git -C src status', 'cd src && git status', 'git help -a', 'git blame --out=x');

// Git verbs that write what the user's checkout shares ask in every mode.
check(
  'X???',
  'git push', 'git push origin main --force', 'git branch x', 'git branch -d x', 'git branch -D x', 'git branch -m a b', 'git branch -f main HEAD', 'git branch --del x', 'git branch --set-upstream-to=x', 'git branch --edit-description', 'git tag v1', 'git tag -d v1', 'git tag -a v1 -m x', 'git stash', 'git stash pop', 'git stash push', 'git stash drop', 'git stash clear',
  'git config user.name x', 'git config --global user.name x', 'git config --unset a.b', 'git config set a.b c', 'git config --add a.b c', 'git config -e', 'git gc', 'git prune', 'git repack', 'git maintenance run', 'git worktree add ../x', 'git worktree remove x', 'git worktree prune', 'git update-ref HEAD abc', 'git remote add x y', 'git remote remove x', 'git remote set-url origin x', 'git fetch', 'git pull',
  'git notes add -m x', 'git reflog expire --all', 'git reflog delete HEAD@{0}', 'git replace a b', 'git submodule update', 'git submodule add x', 'git submodule foreach ls', 'git checkout -b x', 'git checkout main', 'git checkout main --', 'git checkout -B x', 'git checkout -', 'git checkout -t origin/x', 'git switch main', 'git switch -c x', 'git rebase main', 'git bisect start', 'git bisect run ls', 'git filter-branch', 'git symbolic-ref HEAD refs/heads/x', 'git pack-refs', 'git init', 'git lfs install', 'git st', 'git unknown', 'git rerere', 'git fast-import', 'git sparse-checkout set x', 'git merge --autostash main',
  // However they are written.
  'git -C dir push', 'git -C /other commit -m x', 'git --git-dir=/other/.git commit -m x', 'git --git-dir /other/.git push', 'git --work-tree=/x checkout .', 'git -c k=v push', 'git -c alias.x=push x', 'git -c alias.x=!sh x', 'git -c core.fsmonitor=evil status', 'git -ccore.pager=x log', 'git --exec-path=/tmp status', 'git --config-env=a=b status', 'git --no-pager push', 'git -p push', 'GIT_DIR=/x git push', 'GIT_DIR=/x git commit -m y', 'A=1 git push', '/usr/bin/git push', './git push', 'GIT push', '/usr/bin/GIT push', 'git-push', '/usr/lib/git-core/git-push origin', 'git.exe push',
  'g"i"t push', "'git' push", 'g\\it push', "$'git' push", "$'\\x67it' push", '"git" "push"', 'git "push"', "git p'us'h", 'git\tpush', 'git \\\n push', 'command git push', 'command -p git push', 'builtin command git push', 'exec git push', 'env git push', 'env A=1 git push', 'env -i git push', 'env -u A git push', '/usr/bin/env git push', 'sudo git push', 'sudo -u me git push', 'nohup git push &', 'time git push', 'time -p git push', 'timeout 5 git push', 'timeout -k 1 5 git push', 'timeout --signal=KILL 5 git push', 'nice git push', 'nice -n 5 git push', 'stdbuf -oL git push', 'setsid git push', 'busybox sh -c "git push"',
  'xargs git', 'xargs git push', 'echo push | xargs git', 'ls | xargs -n1 git push', 'xargs -I{} git push {}', "xargs -I{} sh -c 'git {}'", 'find . -exec git push \\;', 'find . -exec git push {} +', 'find . -execdir git push \\;', 'bash -c "git push"', "bash -c 'git push'", 'sh -c "git push"', 'bash -lc "ls && git push"', 'bash -ec "git push"', 'bash -o pipefail -c "git push"', 'sh -c "$(echo git push)"', "bash -c 'bash -c \"git push\"'", "sh -c 'sh -c \"sh -c \\\"git push\\\"\"'", "bash -c '$0 push' git", "bash -c '\"$@\"' _ git push", 'eval git push', 'eval "git push"', "eval 'eval git push'", 'eval "$X"; git', 'coproc git push', "trap 'git push' EXIT",
  'git > /dev/null push', 'git 2>&1 push', 'git </dev/null push', '>/dev/null git push', 'git <<EOF push\nx\nEOF', 'git <<< x push', 'git 2>/dev/null stash', 'ls | git >/dev/null push', 'ls && git > /dev/null 2>&1 push', '! git >/dev/null push', '{ ls; } > /dev/null git', '{git,push}', 'git{,} push', '/usr/bin/g[i]t push; git', 'cat <<EOF && git push\nx\nEOF', 'cat <<EOF | git push\nx\nEOF', 'cat <<EOF > /dev/null; git push\nx\nEOF', 'bash "$(ls)" <<EOF\ngit push\nEOF', '{ sh; } <<EOF\ngit push\nEOF', 'cat a | bash <<EOF\ngit push\nEOF', 'git push <&-', 'git<a push', 'git>/dev/null push', 'ls;git push', 'ls&&git push', 'ls|git push',
  'ls; git push', 'ls && git push', 'ls || git push', 'ls | git push', 'ls & git push', 'ls\ngit push', '(git push)', '{ git push; }', '! git push', 'git push > /dev/null', 'git push 2>&1 | cat', 'echo $(git push)', 'echo `git push`', 'echo "$(git push)"', 'cat <(git push)', 'x=$(git push)', 'x=$(git push) ls', 'export A=$(git push)', 'cat <<EOF\n$(git push)\nEOF', 'cat <<EOF\n`git push`\nEOF', 'bash <<EOF\ngit push\nEOF', "bash <<'EOF'\ngit push\nEOF", 'cat <<EOF | sh\ngit push\nEOF', 'sh <<< "git push"', 'echo git push | sh', 'echo "git push" | bash -s', 'printf "git push" | sudo sh', 'echo git push > x; sh < x',
  'if true; then git push; fi', 'if git push; then ls; fi', 'for i in 1; do git push; done', 'for i in $(git push); do ls; done', 'while git push; do ls; done', 'until git push; do ls; done', 'case x in x) git push;; esac', 'f() { git push; }; f', 'function f { git push; }', '[[ -n $(git push) ]]', '[ -n "$(git push)" ]', 'echo $(( $(git push) ))', 'echo ${x:-$(git push)}', 'echo ${x:-`git push`}', 'echo ${x/a/`git push`}', 'echo "${x:-`git push`}"', 'cat <<EOF\n${x:-`git push`}\nEOF', 'echo ${x^^`git push`}', '[[ a =~ `git push` ]]', 'echo @(`git push`)', 'echo $"`git push`"', 'a=([`git push`]=1)', 'echo "\\\\`git push`"', 'echo $[`git push`]', 'a[$(git push)]=1', 'ls > $(git push)', 'g=git; $g push', 'x=push; git $x', 'git $(echo push)', 'git {push,origin}', 'g?t push; git', 'f() { "$@"; }; f git push', 'ssh host git push', 'watch "git push"', 'parallel git ::: push', 'su -c "git push"', 'script -c "git push"', "ls 'unterminated; git push", 'flock x git push', 'strace git push', 'npx git push', 'npm exec -- git push', 'docker exec c git push',
  "python3 -c 'import os; os.system(\"git push\")'", 'git $(', 'ln -s /usr/bin/git x', 'rm -rf .git', 'echo x > .git/config', 'cp hook /repo/.git/hooks/', 'cd /other && git commit -m x', 'cd .. && git add .', 'cd "$X" && git commit -m x', 'pushd /other; git commit -m x', "[[ 'a[$(git push)]' -eq 0 ]]", "let 'a[$(git push)]=1'", 'alias g=git', 'git -C /x -c a.b=c commit', 'git config --file x a.b c', 'cat a | bash -c "git push"', 'sudo sh -c "cd /other && git commit -m x"', 'time -p sh -c "git tag x"', 'find . -name x | while read f; do git push; done', 'command -- git push', 'env -- git push', 'exec -a x git push', 'echo $\'a\' && git tag x', 'select x in a; do git push; done', 'git stash list; git stash pop',
);

// Words about git that run no git.
check('AAAA', 'echo git push', 'grep -rn "git push" src', 'cat .gitignore', 'ls .git', 'rg git', 'which git', 'find . -not -path "./.git/*"', "cat <<'EOF'\n$(git push)\nEOF", '# git push\nls', 'ls # git push', "echo '$(git push)'");
check('X??A', 'npm run git-hooks', 'npm install simple-git', 'git commit -m "git push"', "git commit -m '$(git push)'", 'touch .gitignore', 'mkdir git-tools');
