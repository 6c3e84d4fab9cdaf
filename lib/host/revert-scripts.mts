const FOLDER = '/var/lib/runbooks/revert'
const WANTED = '/etc/systemd/system/sysinit.target.wants/runbooks-revert.service'

/** The unit that undoes an armed change at boot, before the network: a transient timer does not outlive a reboot. */
export const UNIT = '/etc/systemd/system/runbooks-revert.service'

/** The shell text that makes the host take the old files back. */
export const RELOAD = `${FOLDER}/reload`

/** Puts back what was copied aside, and disarms itself; called by the timer, at boot, or by a run. */
export const UNDO = {
  path: `${FOLDER}/undo`,
  text: `#!/bin/sh
# Written by a runbook before a change that could cut the operator off: puts the files back as they were.
cd ${FOLDER} || exit 0
[ -e armed ] || exit 0
while IFS= read -r path; do rm -f "$path"; done < paths
tar -xpf files.tar -C /
sync
[ "$1" = boot ] || { systemctl daemon-reload; sh ./reload; }
rm -f armed ${WANTED} ${UNIT}
`,
} as const

export const SERVICE = `[Unit]
Description=Undo a change that could have cut the operator off
DefaultDependencies=no
RequiresMountsFor=${FOLDER}
After=local-fs.target
Before=sysinit.target network-pre.target wall.service ufw.service ssh.service ssh.socket
ConditionPathExists=${FOLDER}/armed

[Service]
Type=oneshot
ExecStart=${FOLDER}/undo boot
`

/** Copies the files aside and starts the clock: seconds as \`$1\`, paths after it. */
export const ARM = `
set -eu
cd ${FOLDER}
after=$1
shift
printf '%s\\n' "$@" > paths
rm -f files.tar
# A copy is for nobody's eyes that the file itself was not for.
(umask 077; tar -cf files.tar -T /dev/null)
for path in "$@"; do
  [ ! -e "$path" ] || tar -rf files.tar -C / "\${path#/}"
done
mkdir -p "$(dirname ${WANTED})"
ln -sf ${UNIT} ${WANTED}
touch armed
sync
systemctl daemon-reload
systemctl stop runbooks-revert-timer.timer 2>/dev/null || true
systemd-run --quiet --collect --unit=runbooks-revert-timer --on-active="$after" --timer-property=AccuracySec=100ms ${FOLDER}/undo timer
`

/** A new login worked: the old files are not needed any more. */
export const DISARM = `
rm -f ${FOLDER}/armed ${WANTED} ${UNIT}
systemctl stop runbooks-revert-timer.timer 2>/dev/null || true
systemctl daemon-reload
rm -rf ${FOLDER}
`

/** Undoes an armed change without waiting for its timer; nothing where none is armed. */
export const UNDO_NOW = `
[ -e ${FOLDER}/armed ] || exit 0
systemctl stop runbooks-revert-timer.timer 2>/dev/null || true
${FOLDER}/undo now
`
