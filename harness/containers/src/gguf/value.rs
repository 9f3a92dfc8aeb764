//! Metadata values.

use super::cursor::Cursor;
use super::error::Fault;

/// How deep arrays may be nested; real files nest none.
const MAX_DEPTH: u32 = 4;

macro_rules! values {
    ($($kind:ident $id:literal $native:ty, $bytes:literal, $name:literal;)*) => {
        /// The type of a value; the discriminant is GGUF's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum ValueType {
            $(#[doc = $name] $kind = $id,)*
            /// Array.
            Array = 9,
        }

        /// A metadata value.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Value {
            $(#[doc = $name] $kind($native),)*
            /// Array.
            Array(Array),
        }

        /// An array of values of one type.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Array {
            $(#[doc = $name] $kind(Vec<$native>),)*
            /// Arrays.
            Array(Vec<Array>),
        }

        impl ValueType {
            fn from_id(id: u32) -> Option<Self> {
                match id {
                    $($id => Some(Self::$kind),)*
                    9 => Some(Self::Array),
                    _ => None,
                }
            }

            /// The type's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                    Self::Array => "array",
                }
            }

            /// Bytes a value takes at least.
            const fn least_bytes(self) -> u64 {
                match self {
                    $(Self::$kind => $bytes,)*
                    Self::Array => 12,
                }
            }
        }

        impl Value {
            /// The value's type.
            pub const fn value_type(&self) -> ValueType {
                match self {
                    $(Self::$kind(_) => ValueType::$kind,)*
                    Self::Array(_) => ValueType::Array,
                }
            }

            pub(super) fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$kind(value) => value.write(out),)*
                    Self::Array(array) => array.write(out),
                }
            }
        }

        impl Array {
            /// The type of the items.
            pub const fn item_type(&self) -> ValueType {
                match self {
                    $(Self::$kind(_) => ValueType::$kind,)*
                    Self::Array(_) => ValueType::Array,
                }
            }

            /// The number of items.
            pub fn len(&self) -> usize {
                match self {
                    $(Self::$kind(items) => items.len(),)*
                    Self::Array(items) => items.len(),
                }
            }

            fn write(&self, out: &mut Vec<u8>) {
                (self.item_type() as u32).write(out);
                (self.len() as u64).write(out);
                match self {
                    $(Self::$kind(items) => items.iter().for_each(|item| item.write(out)),)*
                    Self::Array(items) => items.iter().for_each(|item| item.write(out)),
                }
            }

            fn read(cursor: &mut Cursor<'_>, what: &str, depth: u32) -> Result<Self, Fault> {
                if depth > MAX_DEPTH {
                    let message = format!("{what}: arrays nested more than {MAX_DEPTH} deep");
                    return Err(Fault::new(cursor.offset(), message));
                }
                let item_type = read_type(cursor, what)?;
                let len = cursor.count(&format!("{what}: array length"), item_type.least_bytes())?;
                Ok(match item_type {
                    $(ValueType::$kind => Self::$kind(
                        (0..len).map(|_| <$native as Scalar>::read(cursor, what)).collect::<Result<_, _>>()?
                    ),)*
                    ValueType::Array => Self::Array(
                        (0..len).map(|_| Self::read(cursor, what, depth + 1)).collect::<Result<_, _>>()?
                    ),
                })
            }
        }

        pub(super) fn read_value(cursor: &mut Cursor<'_>, what: &str) -> Result<Value, Fault> {
            Ok(match read_type(cursor, what)? {
                $(ValueType::$kind => Value::$kind(<$native as Scalar>::read(cursor, what)?),)*
                ValueType::Array => Value::Array(Array::read(cursor, what, 1)?),
            })
        }
    };
}

values! {
    U8 0 u8, 1, "u8";
    I8 1 i8, 1, "i8";
    U16 2 u16, 2, "u16";
    I16 3 i16, 2, "i16";
    U32 4 u32, 4, "u32";
    I32 5 i32, 4, "i32";
    F32 6 f32, 4, "f32";
    Bool 7 bool, 1, "bool";
    String 8 String, 8, "string";
    U64 10 u64, 8, "u64";
    I64 11 i64, 8, "i64";
    F64 12 f64, 8, "f64";
}

fn read_type(cursor: &mut Cursor<'_>, what: &str) -> Result<ValueType, Fault> {
    let at = cursor.offset();
    let id = cursor.u32(&format!("{what}: value type"))?;
    ValueType::from_id(id).ok_or_else(|| Fault::new(at, format!("{what}: value type {id}, expected 0 to 12")))
}

/// A value that is no array.
trait Scalar: Sized {
    fn read(cursor: &mut Cursor<'_>, what: &str) -> Result<Self, Fault>;
    fn write(&self, out: &mut Vec<u8>);
}

macro_rules! number {
    ($($native:ty),*) => {
        $(impl Scalar for $native {
            fn read(cursor: &mut Cursor<'_>, what: &str) -> Result<Self, Fault> {
                Ok(Self::from_le_bytes(cursor.array(what)?))
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }
        })*
    };
}

number!(u8, i8, u16, i16, u32, i32, f32, u64, i64, f64);

impl Scalar for bool {
    fn read(cursor: &mut Cursor<'_>, what: &str) -> Result<Self, Fault> {
        let at = cursor.offset();
        match cursor.array::<1>(what)? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(Fault::new(at, format!("{what}: bool {other}, expected 0 or 1"))),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

impl Scalar for String {
    fn read(cursor: &mut Cursor<'_>, what: &str) -> Result<Self, Fault> {
        cursor.string(what)
    }

    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        out.extend(self.as_bytes());
    }
}

impl Array {
    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Value {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// An unsigned number, from any integer type that holds it.
    pub fn as_u64(&self) -> Option<u64> {
        match *self {
            Self::U8(value) => Some(value.into()),
            Self::U16(value) => Some(value.into()),
            Self::U32(value) => Some(value.into()),
            Self::U64(value) => Some(value),
            Self::I8(value) => value.try_into().ok(),
            Self::I16(value) => value.try_into().ok(),
            Self::I32(value) => value.try_into().ok(),
            Self::I64(value) => value.try_into().ok(),
            _ => None,
        }
    }

    /// A real number, from either float type.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::F32(value) => Some(value.into()),
            Self::F64(value) => Some(value),
            _ => None,
        }
    }

    /// A truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match *self {
            Self::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The texts of an array of strings.
    pub fn as_strings(&self) -> Option<&[String]> {
        match self {
            Self::Array(Array::String(items)) => Some(items),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<Vec<String>> for Value {
    fn from(items: Vec<String>) -> Self {
        Self::Array(Array::String(items))
    }
}
