/** The repository that the demo pushes: a small project in shell, and its pipeline. Text by path. */
export const demoProject: Readonly<Record<string, string>> = {
  'README.md': `# Greeter

Says hello to the world. This repository was made by \`quire demo\`; its pipeline is .quire/ci.fnl.

It has one speling mistake, so that one job of the pipeline fails, and is allowed to.
`,

  'greet.sh': `#!/bin/sh
# Greets everybody that is named, or the world.
for name in "\${@:-world}"; do
  printf 'Hello, %s!\\n' "$name"
done
`,

  'test/greet-test.sh': `#!/bin/sh
# 240 tests, quick but not instant, so that there is something to watch.
n=0
while [ "$n" -lt 240 ]; do
  n=$((n + 1))
  found=$(sh greet.sh "visitor $n")
  if [ "$found" != "Hello, visitor $n!" ]; then
    echo "not ok $n - greets visitor $n: found $found"
    exit 1
  fi
  echo "ok $n - greets visitor $n"
  if [ $((n % 20)) -eq 0 ]; then
    echo "# $n of 240" >&2
    sleep 0.2
  fi
done
`,

  'test/spelling.sh': `#!/bin/sh
# Finds the words that are spelled wrong in the text.
if grep -n 'speling' "$1"; then
  echo "1 word is spelled wrong" >&2
  exit 1
fi
`,

  '.quire/ci.fnl': `;; A pipeline is a program. Each job names the jobs it waits for; that is the graph:
;;
;;   prepare ─┬─ lint ─────┬─ package ─┬─ deploy (skipped: this push is no tag)
;;            ├─ test ─────┘           └─ report (always)
;;            └─ spelling (may fail)

(local ci (require :quire.ci))

;; Jobs that wait for nothing any more may overlap, two at a time.
(ci.parallel 2)

;; What a job returns is its output, for the jobs behind it.
(ci.job :prepare [:quire/push]
  (fn [{: sh : jobs : log}]
    (let [push (jobs :quire/push)
          files (sh "ls *.sh test/*.sh")]
      (log (.. "push of " push.ref " by " push.pusher))
      {:exit files.exit
       :version (push.sha:sub 1 7)})))

;; The naive way is safe: a command that fails and that nobody looks at fails its job.
(ci.job :lint [:prepare]
  (fn [{: sh}]
    (each [_ file (ipairs ["greet.sh" "test/greet-test.sh" "test/spelling.sh"])]
      (sh ["sh" "-n" file]))
    (sh "echo every script is well formed")))

(ci.job :test [:prepare] {:timeout 60}
  (fn [{: sh}]
    (sh ["sh" "test/greet-test.sh"])))

;; A check whose failure does not fail the run.
(ci.job :spelling [:prepare] {:allow-failure true}
  (fn [{: sh}]
    (sh ["sh" "test/spelling.sh" "README.md"])))

;; Waits for both: a diamond.
(ci.job :package [:lint :test]
  (fn [{: sh : jobs}]
    (let [{: version} (jobs :prepare)
          archive (.. "greeter-" version ".tar.gz")]
      (sh ["tar" "-czf" archive "greet.sh" "README.md"])
      (sh ["ls" "-l" archive])
      {: archive})))

;; A job that returns nothing and runs nothing is skipped.
(ci.job :deploy [:package]
  (fn [{: sh : jobs}]
    (let [push (jobs :quire/push)]
      (when push.tag
        (sh ["echo" "deploying" push.tag])))))

;; Runs however the others ended.
(ci.job :report [:package :deploy] {:always true}
  (fn [{: sh : jobs}]
    (let [{: archive} (jobs :package)]
      (sh ["echo" (.. "made " archive)]))))
`,
};

/** How each job of the demo has to end; a run that ends otherwise is a failure of the demo. */
export const expectedStates: Readonly<Record<string, string>> = {
  prepare: 'succeeded',
  lint: 'succeeded',
  test: 'succeeded',
  spelling: 'failed (allowed)',
  package: 'succeeded',
  deploy: 'skipped',
  report: 'succeeded',
};
