//! Answers.

use std::io::{self, Write};

use quantmark_implementations::protocol::Answer;

/// An answer stands on a line by itself, whatever a library has printed before it.
pub(super) fn say(output: &mut impl Write, answer: &Answer, payload: &[u8]) -> io::Result<()> {
    let mut message = b"\n".to_vec();
    serde_json::to_writer(&mut message, answer)?;
    message.push(b'\n');
    message.extend_from_slice(payload);
    output.write_all(&message)?;
    output.flush()
}
