//! One device of the lab: its run in a process of its own.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use quantmark_files::names::folder_name;
use quantmark_files::shown::one_line;
use quantmark_machine::process::wait;
use quantmark_record::Record;

use super::order::{Order, record_of};
use super::row::{Ending, Row};
use crate::devices::Place;

/// What the run says goes here, beside its record.
const LOG: &str = "lab.log";

pub(super) struct Device<'o> {
    name: String,
    reached: String,
    folder: PathBuf,
    order: &'o Order,
}

impl<'o> Device<'o> {
    pub(super) fn new(name: &str, place: &Place, order: &'o Order) -> Self {
        Self { name: name.to_owned(), reached: place.describe(), folder: order.out.join(folder_name(name)), order }
    }

    /// Runs it to its end, or to the lab's.
    pub(super) fn run(&self) -> Row {
        let started = Instant::now();
        let (ending, reason) = match self.start().and_then(|mut child| self.end(&mut child)) {
            Ok(ended) => ended,
            Err(error) => (Ending::Dead, Some(error.to_string())),
        };
        let record = record_of(&self.folder);
        Row {
            device: self.name.clone(),
            reached: Some(self.reached.clone()),
            ending,
            reason,
            seconds: started.elapsed().as_secs_f64(),
            record: Record::read(&record).is_ok_and(|record| record.is_complete()).then_some(record),
        }
    }

    fn start(&self) -> io::Result<Child> {
        fs::create_dir_all(&self.folder)?;
        let log = File::create(self.folder.join(LOG))?;
        let Order { program, inventory, words, .. } = self.order;
        let mut command = Command::new(program);
        command.args(["bench", "--device", &self.name, "--device-name", &self.name]);
        command.arg("--lab").arg(inventory).arg("--out").arg(&self.folder).args(words);
        if record_of(&self.folder).exists() {
            command.arg("--resume");
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        // What the run starts itself, an emulator or ssh, ends with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn()
    }

    fn end(&self, child: &mut Child) -> io::Result<(Ending, Option<String>)> {
        let left = self.order.deadline.saturating_duration_since(Instant::now());
        // A process group is ended first, then waited for: the leader alone would leave the others.
        let Some(status) = wait_for(child, left)? else {
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
            wait(child, Duration::ZERO)?;
            let done = "what was done is kept, the same command goes on";
            return Ok((Ending::OutOfTime, Some(format!("ended after {:.0} s; {done}", left.as_secs_f64()))));
        };
        Ok(match status.code() {
            Some(0) => (Ending::Held, None),
            Some(1) => (Ending::NotHeld, None),
            _ => (Ending::Dead, Some(self.last_words().unwrap_or_else(|| status.to_string()))),
        })
    }

    /// The last line of the log.
    fn last_words(&self) -> Option<String> {
        let log = fs::read(self.folder.join(LOG)).ok()?;
        let text = String::from_utf8_lossy(&log);
        text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(one_line)
    }
}

/// Waits, and leaves alone what has not ended by then.
fn wait_for(child: &mut Child, limit: Duration) -> io::Result<Option<std::process::ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
