//! The worker process: serves one request after another.

mod input;
mod open;
mod say;
mod timing;

use std::io::{self, Read, Write};
use std::panic;

use quantmark_implementations::Implementation;
use quantmark_implementations::protocol::{Answer, Job, Named, Request};
use quantmark_implementations::registry;

use self::input::Input;
pub use self::open::Open;
use self::say::say;
use crate::catalogue;
use crate::trial::try_case;

/// Opens what the registry knows.
///
/// # Errors
/// The machine lacks it, or there is none of that name.
pub fn registered(what: &Named) -> Result<Box<dyn Implementation>, String> {
    registry::open(what).map_err(|error| error.to_string())
}

/// Serves requests from `input` and answers on `output`, until either is closed: the parent is gone then.
///
/// # Errors
/// The input holds something else than a request, or what it announces is cut short; the output is closed.
pub fn serve(input: impl Read + Send + 'static, output: &mut impl Write, open: Open<'_>) -> io::Result<()> {
    let mut input = Input::new(input);
    let mut next = input.request()?;
    while let Some(request) = next {
        next = match request {
            Request::Check { job } => {
                // Whatever comes further, it only matters when it ends.
                input.exit_at_its_end();
                return check(&job, output, open);
            }
            Request::Prepare(prepare) => timing::serve(&prepare, &mut input, output, open)?,
            Request::Repeat { .. } => {
                say(output, &Answer::Refused { reason: "nothing is ready to be repeated".to_owned() }, &[])?;
                input.request()?
            }
        };
    }
    Ok(())
}

/// Runs the cases of a job.
fn check(job: &Job, output: &mut impl Write, open: Open<'_>) -> io::Result<()> {
    // Panics are results here, not messages of the program.
    panic::set_hook(Box::new(|_| {}));
    let prepared = open(&job.implementation).and_then(|implementation| Ok((implementation, catalogue::cases(job)?)));
    let (implementation, cases) = match prepared {
        Ok(prepared) => prepared,
        Err(reason) => return say(output, &Answer::Refused { reason }, &[]),
    };
    let name = &job.implementation.name;
    for (index, case) in cases.iter().enumerate().skip(job.start) {
        let start = Answer::Start {
            index,
            limit: case.limit.as_millis().try_into().unwrap_or(u64::MAX),
            level: case.level,
            operation: case.operation.name().to_owned(),
            case: case.name.clone(),
        };
        say(output, &start, &[])?;
        let result = Box::new(try_case(case, implementation.as_ref(), name, &job.reproduce));
        say(output, &Answer::End { result }, &[])?;
    }
    say(output, &Answer::Done, &[])
}
