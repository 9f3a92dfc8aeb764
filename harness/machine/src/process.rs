//! Waiting for a process of this machine, but not for ever.

use std::io;
use std::process::{Child, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often a process is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until the process ends; `None` where it did not by then and was killed.
/// # Errors
/// The system loses it.
pub fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            // It may end by itself this moment.
            let _ = child.kill();
            child.wait()?;
            return Ok(None);
        }
        sleep(PAUSE);
    }
}

/// The exit code as a shell tells it.
pub fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().or_else(|| status.signal().map(|number| 128 + number)).unwrap_or(255)
}
