//! Defines macros for the rows of JSON answers (each field with its type and value) and of tables.

/// Declares a row of a JSON answer and `new`, which makes it from the named values.
macro_rules! json_row {
    (
        $(#[$meta:meta])*
        $name:ident from ($($from:ident: $of:ty),+) {
            $($(#[$attribute:meta])* $field:ident: $type:ty = $value:expr,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, ::serde::Serialize)]
        pub struct $name {
            $($(#[$attribute])* pub $field: $type,)+
        }

        impl $name {
            pub fn new($($from: $of),+) -> Self {
                Self { $($field: $value,)+ }
            }
        }
    };
}

/// Returns the cells of a table's row.
macro_rules! cells {
    ($($cell:expr),+ $(,)?) => { vec![$(ToString::to_string(&$cell)),+] };
}
