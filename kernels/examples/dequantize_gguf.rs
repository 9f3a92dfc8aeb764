//! Decodes a tensor of a GGUF file and prints its first weights.
//!
//! `cargo run --release -p quantmark-kernels --example dequantize_gguf -- MODEL.gguf [TENSOR]`
//!
//! The reader is as short as an example must be: it trusts the file. The project's own, which does not, is in `harness/`.

use std::error::Error;

use quantmark_kernels::{Available, ggml, kernels};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: dequantize_gguf MODEL.gguf [TENSOR]")?;
    let wanted = arguments.next();
    let file = std::fs::read(path)?;
    let (tensors, data) = tensors(&file)?;
    let tensor = match &wanted {
        Some(name) => tensors.iter().find(|tensor| tensor.name == *name).ok_or("the file has no such tensor")?,
        None => tensors.first().ok_or("the file has no tensor")?,
    };
    let format = ggml::from_type_id(tensor.type_id).ok_or("its type is no format of weights")?;
    let kernels = kernels(format, Available::strongest(None)).ok_or("no kernels of the format")?;
    let bytes = format.row_bytes(tensor.weights).ok_or("its rows are no whole blocks")?;
    let blocks = file.get(data + tensor.offset..).and_then(|rest| rest.get(..bytes)).ok_or("the file is too short")?;
    let mut weights = vec![0.0; tensor.weights];
    kernels.dequantize(blocks, &mut weights)?;
    println!("{}: {} weights of {format}, by {}", tensor.name, tensor.weights, kernels.backend());
    println!("{:?}", &weights[..weights.len().min(8)]);
    Ok(())
}

struct Tensor {
    name: String,
    weights: usize,
    type_id: u32,
    offset: usize,
}

/// The tensors of a file, and where their data begin.
fn tensors(file: &[u8]) -> Result<(Vec<Tensor>, usize), Box<dyn Error>> {
    let mut cursor = Cursor { file, at: 0 };
    if cursor.take(4)? != b"GGUF" {
        return Err("this is no GGUF file".into());
    }
    cursor.take(4)?;
    let (tensors, pairs) = (cursor.size()?, cursor.size()?);
    let mut alignment = 32;
    for _ in 0..pairs {
        let key = cursor.string()?;
        let kind = cursor.u32()?;
        let before = cursor.at;
        cursor.skip(kind)?;
        if key == "general.alignment" {
            alignment = u32::from_le_bytes(file[before..before + 4].try_into()?) as usize;
        }
    }
    let mut all = Vec::new();
    for _ in 0..tensors {
        let name = cursor.string()?;
        let dimensions = cursor.u32()?;
        let mut weights = 1usize;
        for _ in 0..dimensions {
            weights = weights.checked_mul(cursor.size()?).ok_or("a tensor larger than the address space")?;
        }
        all.push(Tensor { name, weights, type_id: cursor.u32()?, offset: cursor.size()? });
    }
    Ok((all, cursor.at.next_multiple_of(alignment)))
}

struct Cursor<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Box<dyn Error>> {
        let bytes = self.file.get(self.at..).and_then(|rest| rest.get(..len)).ok_or("the file is too short")?;
        self.at += len;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, Box<dyn Error>> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into()?))
    }

    fn size(&mut self) -> Result<usize, Box<dyn Error>> {
        Ok(usize::try_from(u64::from_le_bytes(self.take(8)?.try_into()?))?)
    }

    fn string(&mut self) -> Result<String, Box<dyn Error>> {
        let len = self.size()?;
        Ok(String::from_utf8(self.take(len)?.to_vec())?)
    }

    /// Passes a value of metadata.
    fn skip(&mut self, kind: u32) -> Result<(), Box<dyn Error>> {
        match kind {
            0 | 1 | 7 => self.take(1).map(drop),
            2 | 3 => self.take(2).map(drop),
            4..=6 => self.take(4).map(drop),
            10..=12 => self.take(8).map(drop),
            8 => self.string().map(drop),
            9 => {
                let (kind, len) = (self.u32()?, self.size()?);
                (0..len).try_for_each(|_| self.skip(kind))
            }
            _ => Err("a type of metadata that does not exist".into()),
        }
    }
}
