//! What is written is read back.

use proptest::prelude::*;
use quantmark_containers::gguf::{Array, GgufFile, GgufWriter, Value, exercise, storage_type};

/// A scalar value or a string.
fn scalar() -> BoxedStrategy<Value> {
    prop_oneof![
        any::<u8>().prop_map(Value::U8),
        any::<i8>().prop_map(Value::I8),
        any::<u16>().prop_map(Value::U16),
        any::<i16>().prop_map(Value::I16),
        any::<u32>().prop_map(Value::U32),
        any::<i32>().prop_map(Value::I32),
        any::<u64>().prop_map(Value::U64),
        any::<i64>().prop_map(Value::I64),
        any::<f32>().prop_map(Value::F32),
        any::<f64>().prop_map(Value::F64),
        any::<bool>().prop_map(Value::Bool),
        ".{0,12}".prop_map(Value::String),
    ]
    .boxed()
}

fn flat_array() -> BoxedStrategy<Array> {
    use prop::collection::vec;
    prop_oneof![
        vec(any::<u8>(), 0..20).prop_map(Array::U8),
        vec(any::<i8>(), 0..20).prop_map(Array::I8),
        vec(any::<u16>(), 0..20).prop_map(Array::U16),
        vec(any::<i16>(), 0..20).prop_map(Array::I16),
        vec(any::<u32>(), 0..20).prop_map(Array::U32),
        vec(any::<i32>(), 0..20).prop_map(Array::I32),
        vec(any::<u64>(), 0..20).prop_map(Array::U64),
        vec(any::<i64>(), 0..20).prop_map(Array::I64),
        vec(any::<f32>(), 0..20).prop_map(Array::F32),
        vec(any::<f64>(), 0..20).prop_map(Array::F64),
        vec(any::<bool>(), 0..20).prop_map(Array::Bool),
        vec(".{0,6}", 0..9).prop_map(Array::String),
    ]
    .boxed()
}

fn value() -> BoxedStrategy<Value> {
    let deep = flat_array().prop_recursive(3, 24, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Array::Array));
    prop_oneof![scalar(), deep.prop_map(Value::Array)].boxed()
}

/// A tensor's type, shape and a byte that fills it.
fn tensor() -> BoxedStrategy<(u32, Vec<u64>, u8)> {
    let known: Vec<u32> = (0..64).filter(|&id| storage_type(id).is_some()).collect();
    (prop::sample::select(known), 1u64..4, prop::collection::vec(1u64..4, 0..4), any::<u8>())
        .prop_map(|(type_id, blocks, more, fill)| {
            let row = blocks * storage_type(type_id).unwrap().block_len;
            (type_id, [vec![row], more].concat(), fill)
        })
        .boxed()
}

fn bytes_of(type_id: u32, shape: &[u64]) -> usize {
    let stored = storage_type(type_id).unwrap();
    (shape.iter().product::<u64>() / stored.block_len * stored.block_bytes) as usize
}

proptest! {
    #[test]
    fn everything_comes_back(
        values in prop::collection::vec(value(), 0..8),
        tensors in prop::collection::vec(tensor(), 0..6),
        alignment in prop::sample::select(vec![1u32, 8, 32, 64, 4096]),
    ) {
        let mut writer = GgufWriter::new();
        writer.metadata("general.alignment", Value::U32(alignment));
        for (i, value) in values.iter().enumerate() {
            writer.metadata(format!("key.{i}"), value.clone());
        }
        for (i, (type_id, shape, fill)) in tensors.iter().enumerate() {
            writer.tensor(format!("tensor.{i}"), shape, *type_id, vec![*fill; bytes_of(*type_id, shape)]);
        }
        let bytes = writer.to_bytes().unwrap();
        prop_assert!(exercise(&bytes));
        let file = GgufFile::from_bytes("file.gguf", bytes).unwrap();
        prop_assert_eq!((file.version(), file.alignment()), (3, u64::from(alignment)));
        for (i, value) in values.iter().enumerate() {
            // NaN is not itself, its words are.
            prop_assert_eq!(format!("{:?}", file.get(&format!("key.{i}")).unwrap()), format!("{value:?}"));
        }
        prop_assert_eq!(file.tensors().len(), tensors.len());
        for (i, (type_id, shape, fill)) in tensors.iter().enumerate() {
            let tensor = file.tensor(&format!("tensor.{i}")).unwrap();
            prop_assert_eq!((tensor.info().type_id, &tensor.info().shape), (*type_id, shape));
            prop_assert_eq!(tensor.data(), vec![*fill; bytes_of(*type_id, shape)]);
            prop_assert!(tensor.info().offset.is_multiple_of(alignment.into()));
        }
    }

    /// Versions 2 and 3 differ in nothing that a little-endian file has.
    #[test]
    fn version_2_is_read_like_version_3(values in prop::collection::vec(value(), 0..4), (type_id, shape, fill) in tensor()) {
        let mut writer = GgufWriter::new();
        for (i, value) in values.iter().enumerate() {
            writer.metadata(format!("key.{i}"), value.clone());
        }
        writer.tensor("t", &shape, type_id, vec![fill; bytes_of(type_id, &shape)]);
        let mut bytes = writer.to_bytes().unwrap();
        bytes[4] = 2;
        let file = GgufFile::from_bytes("file.gguf", bytes).unwrap();
        prop_assert_eq!((file.version(), file.metadata().len(), file.tensors().len()), (2, values.len(), 1));
    }
}
