//! QEMU's log: `-d in_asm,exec,nochain,strace`.

use std::collections::HashMap;

use quantmark_implementations::protocol::MARKS;

/// A point of the worker's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What begins or ends there.
    pub name: String,
    /// Instructions executed before it.
    pub instructions: u64,
}

/// Adds up the instructions of a log, line by line.
#[derive(Debug, Default)]
pub struct Counter {
    /// Instructions of the translated block at each address.
    blocks: HashMap<u64, u64>,
    /// The block that is being listed: its address and the instructions so far.
    listed: Option<(u64, u64)>,
    instructions: u64,
    unknown: u64,
}

impl Counter {
    /// Takes the next line; gives the mark that it holds. Lines that are none of the log's change nothing.
    pub fn line(&mut self, line: &str) -> Option<Mark> {
        if let Some(rest) = line.strip_prefix("0x") {
            // `0x00400520:  d2800000  mov x0, #0`, an instruction of a block that is translated.
            let address = rest.split(':').next().and_then(|address| u64::from_str_radix(address, 16).ok())?;
            let (_, count) = self.listed.get_or_insert((address, 0));
            *count += 1;
            return None;
        }
        if let Some((address, count)) = self.listed.take() {
            self.blocks.insert(address, count);
        }
        if line.starts_with("Trace ") {
            // `Trace 0: 0x7f0f54000100 [0000000001009301/000000550325ce40/00000001/00000200] name`
            let address = line.split('[').nth(1).and_then(|state| state.split('/').nth(1));
            let address = address.and_then(|address| u64::from_str_radix(address, 16).ok())?;
            match self.blocks.get(&address) {
                Some(count) => self.instructions += count,
                None => self.unknown += 1,
            }
            return None;
        }
        let name = line.split_once(MARKS)?.1.split('"').next()?;
        Some(Mark { name: name.to_owned(), instructions: self.instructions })
    }

    /// Executions of blocks that the log does not list: with any, the counts are too low.
    pub const fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Whether a line is the log's own, not something that the program says.
    pub fn is_log(line: &str) -> bool {
        let start = line.trim_start();
        let is_call = start.split_once(' ').is_some_and(|(process, call)| {
            process.parse::<u32>().is_ok() && call.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        });
        is_call
            || line.is_empty()
            || ["0x", "Trace ", "IN:", "----", " = ", "OBJD"].iter().any(|prefix| line.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = r#"----------------
IN: start
0x00000100:  d503201f  nop
0x00000104:  14000003  b        #0x110

Trace 0: 0x7f00 [0000/0000000000000100/0001/0200] start
7 openat(AT_FDCWD,"/quantmark-cost/a/begin",O_RDONLY|O_CLOEXEC) = -1 errno=2 (No such file or directory)
----------------
IN:
0x00000110:  d503201f  nop
0x00000114:  d503201f  nop
0x00000118:  17fffffe  b        #0x110

Trace 0: 0x7f40 [0000/0000000000000110/0001/0200]
Trace 0: 0x7f40 [0000/0000000000000110/0001/0200]
7 openat(AT_FDCWD,"/quantmark-cost/a/end",O_RDONLY|O_CLOEXEC) = -1 errno=2 (No such file or directory)
Trace 0: 0x7f80 [0000/0000000000000999/0001/0200]
"#;

    #[test]
    fn blocks_count_as_often_as_they_run() {
        let mut counter = Counter::default();
        let marks: Vec<Mark> = LOG.lines().filter_map(|line| counter.line(line)).collect();
        let mark = |name: &str, instructions| Mark { name: name.to_owned(), instructions };
        assert_eq!(marks, [mark("a/begin", 2), mark("a/end", 8)]);
        assert_eq!(counter.unknown(), 1);
        assert!(LOG.lines().all(Counter::is_log));
        assert!(!Counter::is_log("error: no such format"));
    }
}
