//! Requests.

use std::io::{self, BufRead, BufReader, Read};
use std::thread;

use bytemuck::cast_slice_mut;
use quantmark_implementations::protocol::Request;

/// What the parent says. It is read here and nowhere else.
pub(super) struct Input(Option<BufReader<Box<dyn Read + Send>>>);

impl Input {
    pub(super) fn new(input: impl Read + Send + 'static) -> Self {
        Self(Some(BufReader::new(Box::new(input))))
    }

    /// The next request; `None` where the parent is gone.
    pub(super) fn request(&mut self) -> io::Result<Option<Request>> {
        let Some(input) = &mut self.0 else { return Ok(None) };
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }

    /// So many bytes that belong to a request.
    pub(super) fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        if let Some(input) = &mut self.0 {
            input.read_exact(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// So many numbers that belong to a request.
    pub(super) fn numbers(&mut self, count: usize) -> io::Result<Vec<f32>> {
        let mut numbers = vec![0.0f32; count];
        if let Some(input) = &mut self.0 {
            input.read_exact(cast_slice_mut(&mut numbers))?;
        }
        Ok(numbers)
    }

    /// Ends the process when the input ends.
    pub(super) fn exit_at_its_end(&mut self) {
        if let Some(mut input) = self.0.take() {
            thread::spawn(move || {
                let _ = io::copy(&mut input, &mut io::sink());
                std::process::exit(3);
            });
        }
    }
}
