# finish.sh ROLE [SUITE ARCHIVE SECURITY]: runs as root inside a new tree, whichever way it was made.
set -eu
if [ "$1" = stranger ]; then exit 0; fi

if [ "$1" = git ]; then
  # The forced command needs a shell to run in. A password of * opens nothing, and does not lock the account to its keys.
  useradd --home-dir /srv/git --shell /bin/sh --password '*' git
  rm -f /etc/ssh/ssh_host_*
  exit 0
fi

# A container has no console and loads no modules.
systemctl mask getty@tty1.service console-getty.service systemd-modules-load.service
systemctl enable apt-daily-first-boot.service

# The tree was made of the first suite alone; what the others add is pending.
if [ $# -gt 1 ]; then
  printf 'deb %s %s main\n' "$3" "$2" "$3" "$2-updates" "$4" "$2-security" > /etc/apt/sources.list
fi

# Identity is made at the first boot.
rm -f /etc/ssh/ssh_host_*
: > /etc/machine-id

# Container images empty the package cache after each install.
rm -f /etc/apt/apt.conf.d/docker-clean
