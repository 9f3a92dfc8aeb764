//! Everything that can be done with a file, for tests and fuzzing.

use super::{GgufFile, GgufWriter};

/// Opens bytes as a file in both ways, looks at every value and at every byte of every tensor, and writes what is valid
/// again. Returns whether it is valid.
///
/// # Panics
/// Where the reader promises more than it holds: a file that is valid, but not for inspection, or that is not the same
/// when it is written and read again.
pub fn exercise(bytes: &[u8]) -> bool {
    let inspected = GgufFile::inspect_bytes("inspected.gguf", bytes.to_vec());
    let file = match GgufFile::from_bytes("exercised.gguf", bytes.to_vec()) {
        Ok(file) => file,
        Err(error) => {
            assert!(!error.to_string().contains('\n'), "an error is one line");
            return false;
        }
    };
    let inspected = inspected.expect("what is valid can be inspected");
    assert_eq!(inspected.tensors(), file.tensors());

    let mut writer = GgufWriter::new();
    for (key, value) in file.metadata() {
        writer.metadata(key.clone(), value.clone());
    }
    for tensor in file.iter() {
        let info = tensor.info();
        assert_eq!(info.bytes, tensor.data().len() as u64);
        assert!(file.tensor(&info.name).is_some_and(|same| same.info() == info));
        writer.tensor(info.name.clone(), &info.shape, info.type_id, tensor.data());
    }
    // Names that llama.cpp cannot read are read here, but not written.
    let Ok(written) = writer.to_bytes() else { return true };
    let again = GgufFile::from_bytes("written.gguf", written).expect("what is written can be read");
    let bits = |file: &GgufFile| format!("{:?}", file.metadata());
    assert_eq!(bits(&again), bits(&file));
    assert_eq!(again.tensors().len(), file.tensors().len());
    for (again, before) in again.iter().zip(file.iter()) {
        let (a, b) = (again.info(), before.info());
        assert_eq!((&a.name, &a.shape, a.type_id), (&b.name, &b.shape, b.type_id));
        assert_eq!(again.data(), before.data());
    }
    true
}
