//! Whether the program runs on the machine that it was built for, or on an imitation of it.

use std::env;
use std::fs;

use super::own;

/// Whether an emulator runs the program: one that says so by `QUANTMARK_EMULATED=1` or by naming itself, one that shows
/// itself as the program's host (user-mode QEMU, Valgrind), or a system emulator whose CPU is named as such.
pub(super) fn detect(cpu: &str) -> bool {
    own::emulator().is_some()
        || env::var("QUANTMARK_EMULATED").is_ok_and(|value| value == "1")
        || cpu.contains("TCG")
        || hosted().unwrap_or(false)
}

/// A user-mode emulator answers `/proc/self/exe` with the program's path; `/proc/thread-self` still leads to the file
/// that the kernel runs. `None` where the system has neither.
fn hosted() -> Option<bool> {
    let claimed = fs::canonicalize(env::current_exe().ok()?).ok()?;
    let real = fs::read_link("/proc/thread-self/exe").ok()?;
    // A program file that was replaced while it runs is reported as `PATH (deleted)`.
    Some(real.file_name()?.to_str()?.trim_end_matches(" (deleted)") != claimed.file_name()?.to_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_emulators_are_known_by_their_cpu() {
        assert!(detect("QEMU TCG CPU version 2.5+"));
    }
}
