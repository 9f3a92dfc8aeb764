//! Operations that a worker repeats while its parent's clock, or its own, runs.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use bytemuck::cast_slice;
use quantmark_implementations::protocol::{Answer, MARKS, Prepare, Request, operation};
use quantmark_implementations::timing::{Data, Placed, Role, Task, Timed};
use quantmark_kernels::Format;

use super::input::Input;
use super::open::Open;
use super::say::say;

/// Makes an operation ready and repeats it as often as it is asked; gives the request that asks for something else.
pub(super) fn serve(
    prepare: &Prepare,
    input: &mut Input,
    output: &mut impl Write,
    open: Open<'_>,
) -> io::Result<Option<Request>> {
    let lengths = prepare.lengths;
    let [source, importance, numbers] = [lengths.source, lengths.importance, lengths.numbers];
    let (source, importance, numbers) = (input.numbers(source)?, input.numbers(importance)?, input.numbers(numbers)?);
    let weights = [Placed::new(Role::Input, &input.bytes(lengths.weights)?)];
    let activations = input.bytes(lengths.activations)?;
    let activations = Placed::new(Role::Other, &activations);
    let refuse = |output: &mut _, reason: String| say(output, &Answer::Refused { reason }, &[]);

    let Some(operation) = operation(&prepare.operation) else {
        refuse(output, format!("no operation is called {}", prepare.operation))?;
        return input.request();
    };
    let format = match prepare.format.parse::<Format>() {
        Ok(format) => format,
        Err(error) => {
            refuse(output, error.to_string())?;
            return input.request();
        }
    };
    let shape = prepare.shape();
    if format.row_bytes(shape.cols).and_then(|bytes| bytes.checked_mul(shape.rows)) != Some(lengths.weights) {
        refuse(output, format!("{} bytes are no {} rows of {} weights", lengths.weights, shape.rows, shape.cols))?;
        return input.request();
    }
    let implementation = match open(&prepare.implementation) {
        Ok(implementation) => implementation,
        Err(reason) => {
            refuse(output, reason)?;
            return input.request();
        }
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(prepare.threads).build().map_err(io::Error::other)?;
    let data = Data {
        source: &source,
        importance: &importance,
        weights: &weights,
        numbers: &numbers,
        activations: &activations,
    };
    let task = Task { operation, format, shape, pool: &pool, data };
    let mut timed = match implementation.prepare(&task) {
        Ok(timed) => timed,
        Err(refusal) => {
            refuse(output, refusal.to_string())?;
            return input.request();
        }
    };
    // What is done once only is done.
    timed.time(1);
    let product = timed.product().unwrap_or_default();
    say(output, &Answer::Ready { numbers: product.len() }, cast_slice(&product))?;
    loop {
        match input.request()? {
            Some(Request::Repeat { times, mark }) => {
                let nanoseconds = repeat(timed.as_mut(), times, mark.as_deref());
                say(output, &Answer::Took { nanoseconds }, &[])?;
            }
            other => return Ok(other),
        }
    }
}

fn repeat(timed: &mut dyn Timed, times: u32, mark: Option<&str>) -> u64 {
    let point = |point: &str| {
        if let Some(mark) = mark {
            // Not there, and not meant to be: the system call is the mark.
            let _ = File::open(Path::new(MARKS).join(mark).join(point));
        }
    };
    point("begin");
    let seconds = timed.time(times) * f64::from(times);
    point("end");
    (seconds * 1e9) as u64
}
