#!/bin/sh
# usage: fetch_qemu.sh FOLDER: a qemu-arm that loads plugins, with the libraries it needs, from the newest Debian whose
# qemu-user is dynamically linked. Address and keys are those of this image's own apt sources; its apt state is left alone.
set -eu
suite=bookworm
folder=$1
work=$(mktemp -d)
mkdir -p "$work/lists/partial" "$work/archives/partial" "$folder/lib" "$folder/bin"
: >"$work/status"
sed -E "/^Suites:/s/.*/Suites: $suite/; /^Types:/s/.*/Types: deb/" /etc/apt/sources.list.d/debian.sources >"$work/debian.sources"
apt() {
    apt-get -q -y -o Dir::Etc::SourceList="$work/debian.sources" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$work/lists" \
        -o Dir::State::Status="$work/status" -o Dir::Cache::Archives="$work/archives" -o APT::Sandbox::User=root "$@"
}
apt update || true  # a security archive may have dropped the suite; the main one has it
apt install --download-only --no-install-recommends qemu-user
for package in "$work"/archives/*.deb; do dpkg -x "$package" "$work/root"; done

loader=$(find "$work/root" -name 'ld-linux-*.so.*' | head -n 1)
libraries=$(find "$work/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
cp "$work/root/usr/bin/qemu-arm" "$folder/bin/"
cp -L "$loader" "$folder/lib/loader"
"$loader" --library-path "$libraries" --list "$work/root/usr/bin/qemu-arm" | awk '$2 == "=>" { print $3 }' \
    | while read -r library; do cp -L "$library" "$folder/lib/"; done
cat >"$folder/qemu-arm" <<'END'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/lib/loader" --library-path "$here/lib" "$here/bin/qemu-arm" "$@"
END
chmod +x "$folder/qemu-arm"
rm -r "$work"
"$folder/qemu-arm" --version
