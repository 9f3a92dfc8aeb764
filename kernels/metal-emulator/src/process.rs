//! The running program: requests go in, buffers come out, and what it says before it dies is told.

use std::io::{self, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::failure::Failure;

/// A program that is started when it is needed, and again when it has died.
#[derive(Debug)]
pub(crate) struct Process {
    program: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    // Closed to let the program end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    pub(crate) const fn new(program: PathBuf) -> Self {
        Self { program, running: None }
    }

    /// Sends a request and reads the outputs that come back.
    pub(crate) fn call<'a>(
        &mut self,
        request: &[u8],
        outputs: impl Iterator<Item = &'a mut [u8]>,
    ) -> Result<(), Failure> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => self.start()?,
        };
        match running.exchange(request, outputs) {
            Ok(None) => {
                self.running = Some(running);
                Ok(())
            }
            Ok(Some(reason)) => {
                self.running = Some(running);
                Err(Failure::Shader(reason))
            }
            Err(error) => Err(running.died(error)),
        }
    }

    fn start(&self) -> Result<Running, Failure> {
        let failed = |error| Failure::System { what: self.program.display().to_string(), error };
        let mut child = Command::new(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Ok(Running { child, input, output })
    }
}

impl Running {
    /// The program's refusal, if it refuses.
    fn exchange<'a>(
        &mut self,
        request: &[u8],
        outputs: impl Iterator<Item = &'a mut [u8]>,
    ) -> io::Result<Option<String>> {
        self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write_all(request)?;
        if self.number()? == 0 {
            for output in outputs {
                self.output.read_exact(output)?;
            }
            return Ok(None);
        }
        let mut reason = vec![0; self.number()? as usize];
        self.output.read_exact(&mut reason)?;
        Ok(Some(String::from_utf8_lossy(&reason).into_owned()))
    }

    fn number(&mut self) -> io::Result<u32> {
        let mut bytes = [0; 4];
        self.output.read_exact(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn died(mut self, error: io::Error) -> Failure {
        drop(self.input.take());
        let mut words = String::new();
        let read = self.child.stderr.take().map(|mut errors| errors.read_to_string(&mut words));
        let status = self.child.wait();
        let system = |error| Failure::System { what: "the program that runs the shader".to_owned(), error };
        // Of a sanitizer's page the line that names the error, else the last words.
        let telling = words.lines().find(|line| line.contains("ERROR: ") || line.contains("runtime error: "));
        if let Some(line) = telling.or_else(|| words.lines().rfind(|line| !line.trim().is_empty())) {
            return Failure::Shader(line.trim().to_owned());
        }
        match (status.map(|status| status.signal()), read) {
            (Ok(Some(signal)), _) => {
                Failure::Shader(format!("the program that runs the shader died of signal {signal}"))
            }
            (Err(error), _) | (_, Some(Err(error))) => system(error),
            _ => system(error),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It ends by itself when its input closes; waiting leaves no zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
