//! What the other machine is told: POSIX shell, every word from outside quoted.

use quantmark_machine::shell::quote;

/// Where the program lies in the working folder.
pub(super) const PROGRAM: &str = "program/quantmark";
/// Where the data lie.
pub(super) const DATA: &str = "reference-data";
/// Where llama.cpp's libraries lie.
pub(super) const ORACLE: &str = "oracle";
/// What the program writes on its standard output.
pub(super) const OUTPUT: &str = "call.output";

/// What [`read`] ends with where the file is not there.
pub(super) const ABSENT: i32 = 66;
/// What [`follow`] ends with where the program is gone and left no exit code.
pub(super) const VANISHED: i32 = 67;

/// Whether the process of `call.pid` is the one that was started here: after a restart of the machine another one may
/// have its number.
const ALIVE: &str = r#"alive() {
p=$(cat call.pid 2>/dev/null) && [ -n "$p" ] && kill -0 "$p" 2>/dev/null || return 1
[ -e /proc/self/cwd ] || return 0
[ "$(readlink "/proc/$p/cwd")" = "$(pwd -P)" ]
}
"#;

/// Makes the working folder and unpacks an archive there.
pub(super) fn unpack(folder: &str) -> String {
    let folder = quote(&dotted(folder));
    format!("umask 077 && mkdir -p {folder} && cd {folder} && tar -xzf -")
}

/// Starts the program on its own, unless it runs or has ended already.
pub(super) fn start(folder: &str, device: &str, arguments: &[String]) -> String {
    let folder = quote(&dotted(folder));
    let words: Vec<String> = arguments.iter().map(|word| quote(word)).collect();
    let run = format!(
        "[ -d {ORACLE} ] && export QUANTMARK_ORACLE=\"$PWD/{ORACLE}\"\n\
         QUANTMARK_DATA=\"$PWD/{DATA}\" QUANTMARK_DEVICE={} ./{PROGRAM} {} >{OUTPUT} 2>call.errors </dev/null\n\
         echo $? >call.code.new; mv call.code.new call.code",
        quote(device),
        words.join(" ")
    );
    format!(
        "{ALIVE}cd {folder} || exit\nif [ -e call.code ] || alive; then exit 0; fi\n\
         rm -f call.errors {OUTPUT}; : >call.errors\n\
         nohup sh -c {} >/dev/null 2>&1 </dev/null &\necho $! >call.pid",
        quote(&run)
    )
}

/// Passes on what the program says on its standard error from byte `said` on, until it ends; ends with its code.
pub(super) fn follow(folder: &str, said: u64) -> String {
    let folder = quote(&dotted(folder));
    format!(
        "{ALIVE}cd {folder} || exit {VANISHED}\nn={said}\n\
         while :; do\n\
         if alive; then over=; else over=1; fi\n\
         [ -e call.code ] && over=1\n\
         s=$(wc -c <call.errors)\n\
         if [ \"$s\" -gt \"$n\" ]; then tail -c +$((n + 1)) call.errors | head -c $((s - n)) || exit 1; n=$s; fi\n\
         [ -z \"$over\" ] || break\n\
         sleep 1\n\
         done\n\
         [ -e call.code ] || exit {VANISHED}\n\
         exit \"$(cat call.code)\""
    )
}

/// Forgets a call that has ended, so that another can be started.
pub(super) fn forget(folder: &str) -> String {
    format!("cd {} && rm -f call.code call.pid call.errors {OUTPUT}", quote(&dotted(folder)))
}

/// Ends what runs.
pub(super) fn stop(folder: &str) -> String {
    // The shell around the program would write an exit code; it goes first.
    format!(
        "{ALIVE}cd {} || exit 0\nif alive; then\n\
         c=$(ps -o pid= --ppid \"$p\" 2>/dev/null || pgrep -P \"$p\")\n\
         kill -9 \"$p\"; [ -z \"$c\" ] || kill -9 $c\nfi\nexit 0",
        quote(&dotted(folder))
    )
}

/// Prints a file.
pub(super) fn read(folder: &str, name: &str) -> String {
    let name = quote(&dotted(name));
    format!("cd {} 2>/dev/null && [ -f {name} ] || exit {ABSENT}\ncat {name}", quote(&dotted(folder)))
}

/// Writes a file from the standard input; it appears whole.
pub(super) fn write(folder: &str, name: &str) -> String {
    let (folder, name) = (quote(&dotted(folder)), quote(&dotted(name)));
    format!(
        "umask 077 && mkdir -p {folder} && cd {folder} && mkdir -p \"$(dirname {name})\" && cat >{name}.new && \
         mv {name}.new {name}"
    )
}

/// Ends what runs and removes the working folder.
pub(super) fn remove(folder: &str) -> String {
    format!("({})\nrm -rf {}", stop(folder), quote(&dotted(folder)))
}

/// A path that no command takes for an option.
fn dotted(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("./{path}") }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    fn sh(script: &str) -> (i32, String) {
        let output = Command::new("sh").args(["-c", script]).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A working folder with a program in it that is a script.
    fn place(program: &str) -> (tempfile::TempDir, String) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("it's a $(touch nowhere) folder");
        fs::create_dir_all(folder.join("program")).unwrap();
        fs::write(folder.join(PROGRAM), program).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(folder.join(PROGRAM), mode).unwrap();
        let name = folder.to_str().unwrap().to_owned();
        (root, name)
    }

    #[test]
    fn a_call_is_started_once_followed_and_forgotten() {
        let (_root, folder) =
            place("#!/bin/sh\necho \"$1|$2|$QUANTMARK_DEVICE\"\necho working >&2\necho x >>runs\nexit 3\n");
        let words = ["a 'b' \"c\" $HOME `x`".to_owned(), "--two".to_owned()];
        let start = start(&folder, "dev 'ice'; exit", &words);
        assert_eq!(sh(&start).0, 0);
        assert_eq!(sh(&follow(&folder, 0)), (3, "working\n".to_owned()));
        assert_eq!(sh(&start).0, 0);
        assert_eq!(sh(&follow(&folder, 4)), (3, "ing\n".to_owned()), "an ended call is not started again");
        assert_eq!(sh(&read(&folder, OUTPUT)).1, "a 'b' \"c\" $HOME `x`|--two|dev 'ice'; exit\n");
        assert_eq!(sh(&read(&folder, "runs")).1, "x\n");
        assert_eq!(sh(&forget(&folder)).0, 0);
        assert_eq!(sh(&start).0, 0);
        assert_eq!(sh(&follow(&folder, 0)).0, 3);
        assert_eq!(sh(&read(&folder, "runs")).1, "x\nx\n");
    }

    #[test]
    fn a_program_that_is_killed_has_vanished() {
        let (_root, folder) = place("#!/bin/sh\nexec sleep 600\n");
        assert_eq!(sh(&start(&folder, "d", &[])).0, 0);
        assert_eq!(sh(&stop(&folder)).0, 0);
        assert_eq!(sh(&follow(&folder, 0)).0, VANISHED);
        assert_eq!(sh(&remove(&folder)).0, 0);
        assert!(!std::path::Path::new(&folder).exists());
        assert_eq!(sh(&read(&folder, OUTPUT)).0, ABSENT);
        assert_eq!(sh(&follow(&folder, 0)).0, VANISHED);
    }
}
