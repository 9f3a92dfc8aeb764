//! Every case of a job, in an order that parent and worker agree on.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use quantmark_implementations::protocol::Job;
use quantmark_machine as device;
use quantmark_reference::file::ReferenceFile;

use super::case::Case;
use super::filter::Matcher;
use super::{against, classes, golden};

/// Time that a case from a reference file may take: the slowest quantizers do some ten thousand weights a second in an
/// unoptimised build.
const GOLDEN_LIMIT: Duration = Duration::from_secs(300);

/// What an emulator may take of a case's time limit, which is meant for real machines.
const EMULATED_TIMES: u32 = 20;

/// The cases that a job asks for.
///
/// # Errors
/// A file cannot be read, or a filter is no glob.
pub fn cases(job: &Job) -> Result<Vec<Case>, String> {
    let format = job.format()?;
    let matcher = Matcher::new(&job.filter)?;
    let mut all = if job.generated { classes::cases(format, &job.implementation.name) } else { Vec::new() };
    for (prefix, path) in &job.files {
        let file = open(path)?;
        if file.format != format {
            return Err(format!("{}: holds {}, not {format}", path.display(), file.format));
        }
        for case in file.cases {
            all.extend(golden::cases(format, prefix, Arc::new(case), GOLDEN_LIMIT));
        }
    }
    if let Some(against) = &job.against {
        all.extend(against::cases(format, against, GOLDEN_LIMIT));
    }
    all.retain(|case| matcher.case(case));
    if let Some(seconds) = job.time_limit {
        let limit = Duration::try_from_secs_f64(seconds).map_err(|error| format!("a limit of {seconds} s: {error}"))?;
        all.iter_mut().for_each(|case| case.limit = limit);
    } else if device::emulated() {
        all.iter_mut().for_each(|case| case.limit *= EMULATED_TIMES);
    }
    Ok(all)
}

/// Opens a reference file.
///
/// # Errors
/// One line naming the file and what is wrong.
pub fn open(path: &Path) -> Result<ReferenceFile, String> {
    ReferenceFile::open(path).map_err(|error| error.to_string())
}
