//! Declares enums whose variants have a fixed spelling in files, JSON and on the command line.

/// Declares an enum with `ALL` and `slug`; with words after the slugs, also `words`; with `: expected` after its name,
/// also `FromStr`, whose error describes what was expected.
macro_rules! slugs {
    ($(#[$meta:meta])* $name:ident: $expected:literal { $($variants:tt)* }) => {
        slugs! { $(#[$meta])* $name { $($variants)* } }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::primitives::ids::ValueFault;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.into_iter().find(|one| one.slug() == s);
                found.ok_or_else(|| $crate::domain::primitives::ids::fault(s, $expected))
            }
        }
    };
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $slug:literal, $words:literal;)+ }) => {
        slugs! { $(#[$meta])* $name { $($(#[$doc])* $variant = $slug;)+ } }

        impl $name {
            /// Returns the words shown to a reader.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }
        }
    };
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $slug:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// All variants, in order.
            pub const ALL: [Self; [$($slug),+].len()] = [$(Self::$variant),+];

            /// Returns the spelling in files, JSON and on the command line.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }
        }
    };
}
