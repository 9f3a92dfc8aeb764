//! Writing a file: aside, then renamed, so that it is there whole or not at all.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use quantmark_files::shown::shown;
use quantmark_files::whole_file;

use super::error::GgufError;
use super::types::storage_type;
use super::value::Value;
use super::{ALIGNMENT_KEY, DEFAULT_ALIGNMENT, MAGIC, MAX_DIMENSIONS, MAX_NAME};

/// The version that is written.
const VERSION: u32 = 3;

/// Where a tensor's data come from.
pub enum Source<'a> {
    /// They are there.
    Bytes(Cow<'a, [u8]>),
    /// They are made when their turn comes: called once, it writes exactly the tensor's size.
    Stream(Box<Produce<'a>>),
}

type Produce<'a> = dyn FnOnce(&mut dyn Write) -> io::Result<()> + 'a;

impl<'a> From<&'a [u8]> for Source<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Source<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

struct Planned<'a> {
    name: String,
    shape: Vec<u64>,
    type_id: u32,
    source: Source<'a>,
}

/// A file to be written.
#[derive(Default)]
pub struct GgufWriter<'a> {
    metadata: Vec<(String, Value)>,
    tensors: Vec<Planned<'a>>,
}

impl<'a> GgufWriter<'a> {
    /// An empty file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key.
    pub fn metadata(&mut self, key: impl Into<String>, value: impl Into<Value>) -> &mut Self {
        self.metadata.push((key.into(), value.into()));
        self
    }

    /// Adds a tensor; `shape` is in GGUF order, the length of a row first.
    pub fn tensor(
        &mut self,
        name: impl Into<String>,
        shape: &[u64],
        type_id: u32,
        source: impl Into<Source<'a>>,
    ) -> &mut Self {
        self.tensors.push(Planned { name: name.into(), shape: shape.to_vec(), type_id, source: source.into() });
        self
    }

    /// Writes the file. It replaces one of the same name when it is complete; a device or a pipe is written into.
    ///
    /// # Errors
    /// A key or tensor is there twice, a tensor's size does not follow from its shape and type, or the system refuses;
    /// nothing is left behind then.
    pub fn write(self, path: &Path) -> Result<(), GgufError> {
        let refused = |source| GgufError::Io { path: path.to_owned(), source };
        if let Some(mut stream) = whole_file::stream(path).map_err(refused)? {
            return self.write_through(&mut stream, path);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        // Should the program be killed, the name of what is left tells what it was to become.
        let name = path.file_name().map_or_else(String::new, |name| format!(".{}.", name.to_string_lossy()));
        builder.prefix(&name).suffix(".tmp");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        fs::metadata(folder).map_err(refused)?;
        // The name of the file aside, which its error tells, means nothing to anybody.
        let mut aside = builder.tempfile_in(folder).map_err(|error| refused(error.kind().into()))?;
        self.write_through(aside.as_file_mut(), path)?;
        aside.as_file().sync_all().map_err(refused)?;
        aside.persist(path).map_err(|error| refused(error.error))?;
        Ok(())
    }

    fn write_through(self, file: &mut fs::File, path: &Path) -> Result<(), GgufError> {
        let refused = |source| GgufError::Io { path: path.to_owned(), source };
        let mut out = BufWriter::with_capacity(1 << 20, file);
        self.write_to(&mut out).map_err(|error| match error {
            WriteError::Io(source) => refused(source),
            WriteError::Content(message) => GgufError::Content { path: path.to_owned(), message },
        })?;
        out.flush().map_err(refused)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// As [`GgufWriter::write`].
    pub fn to_bytes(self) -> Result<Vec<u8>, GgufError> {
        let mut bytes = Vec::new();
        match self.write_to(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(WriteError::Content(message)) => Err(GgufError::Content { path: "(memory)".into(), message }),
            Err(WriteError::Io(source)) => Err(GgufError::Io { path: "(memory)".into(), source }),
        }
    }

    fn write_to(self, out: &mut impl Write) -> Result<(), WriteError> {
        let alignment = self.alignment()?;
        let mut head = Vec::new();
        head.extend(MAGIC);
        head.extend(VERSION.to_le_bytes());
        head.extend((self.tensors.len() as u64).to_le_bytes());
        head.extend((self.metadata.len() as u64).to_le_bytes());
        let mut keys = HashSet::new();
        for (key, value) in &self.metadata {
            if key.is_empty() {
                return Err(WriteError::Content("an empty key".to_owned()));
            }
            if !keys.insert(key) {
                return Err(WriteError::Content(format!("key {} is there twice", shown(key))));
            }
            text(&mut head, key);
            head.extend((value.value_type() as u32).to_le_bytes());
            value.write(&mut head);
        }
        let mut names = HashSet::new();
        let (mut offset, mut sizes) = (0u64, Vec::new());
        for tensor in &self.tensors {
            if !names.insert(&tensor.name) {
                return Err(WriteError::Content(format!("tensor {} is there twice", shown(&tensor.name))));
            }
            let bytes = tensor.bytes().map_err(WriteError::Content)?;
            text(&mut head, &tensor.name);
            head.extend((tensor.shape.len() as u32).to_le_bytes());
            tensor.shape.iter().for_each(|n| head.extend(n.to_le_bytes()));
            head.extend(tensor.type_id.to_le_bytes());
            head.extend(offset.to_le_bytes());
            sizes.push(bytes);
            offset = bytes
                .checked_next_multiple_of(alignment)
                .and_then(|padded| offset.checked_add(padded))
                .ok_or_else(|| WriteError::Content("the file's size overflows".to_owned()))?;
        }
        out.write_all(&head)?;
        if !self.tensors.is_empty() {
            pad(out, head.len() as u64, alignment)?;
        }
        for (tensor, bytes) in self.tensors.into_iter().zip(sizes) {
            let mut counted = Counted { inner: &mut *out, written: 0 };
            match tensor.source {
                Source::Bytes(data) => counted.write_all(&data)?,
                Source::Stream(stream) => stream(&mut counted)?,
            }
            let written = counted.written;
            if written != bytes {
                let name = shown(&tensor.name);
                return Err(WriteError::Content(format!("tensor {name}: {written} bytes of data, expected {bytes}")));
            }
            pad(out, bytes, alignment)?;
        }
        Ok(())
    }

    fn alignment(&self) -> Result<u64, WriteError> {
        match self.metadata.iter().find(|(key, _)| key == ALIGNMENT_KEY) {
            None => Ok(DEFAULT_ALIGNMENT),
            Some((_, Value::U32(alignment))) if alignment.is_power_of_two() => Ok(u64::from(*alignment)),
            Some(_) => Err(WriteError::Content(format!("{ALIGNMENT_KEY} must be a u32 and a power of two"))),
        }
    }
}

impl Planned<'_> {
    /// Bytes of data, by shape and type.
    fn bytes(&self) -> Result<u64, String> {
        let name = shown(&self.name);
        if self.name.len() > MAX_NAME {
            return Err(format!(
                "tensor {name}: a name of {} bytes, llama.cpp reads at most {MAX_NAME}",
                self.name.len()
            ));
        }
        let stored =
            storage_type(self.type_id).ok_or_else(|| format!("tensor {name}: unknown type {}", self.type_id))?;
        let shape = &self.shape;
        if shape.is_empty() || shape.len() > MAX_DIMENSIONS || shape.contains(&0) {
            return Err(format!("tensor {name}: shape {shape:?}, expected 1 to {MAX_DIMENSIONS} dimensions above 0"));
        }
        if !shape[0].is_multiple_of(stored.block_len) {
            let (row, block) = (shape[0], stored.block_len);
            return Err(format!("tensor {name}: rows of {row} are not whole blocks of {block} ({})", stored.name));
        }
        let elements = shape.iter().try_fold(1u64, |product, &n| product.checked_mul(n));
        elements
            .and_then(|elements| (elements / stored.block_len).checked_mul(stored.block_bytes))
            .ok_or_else(|| format!("tensor {name}: shape {shape:?} overflows"))
    }
}

enum WriteError {
    Io(io::Error),
    Content(String),
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Counted<'a, W> {
    inner: &'a mut W,
    written: u64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Zeros from a length to the next multiple of the alignment.
fn pad(out: &mut impl Write, len: u64, alignment: u64) -> io::Result<()> {
    let padding = len.next_multiple_of(alignment) - len;
    io::copy(&mut io::Read::take(io::repeat(0), padding), out).map(drop)
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}
