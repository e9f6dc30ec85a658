//! Declares enums whose variants have one spelling each, in statements, files and on the command line.

/// Declares an enum with `ALL`, a `slug` for each variant, and `words` for a reader where they differ from the slug; with
/// `: expected` after its name, also `FromStr`, whose error says what was expected.
macro_rules! slugs {
    ($(#[$meta:meta])* $name:ident: $expected:literal { $($variants:tt)* }) => {
        slugs! { $(#[$meta])* $name { $($variants)* } }

        impl std::str::FromStr for $name {
            type Err = $crate::primitives::ids::ValueFault;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.into_iter().find(|one| one.slug() == s);
                found.ok_or_else(|| $crate::primitives::ids::fault(s, $expected))
            }
        }
    };
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $slug:literal $(, $words:literal)?;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            pub const ALL: [Self; [$($slug),+].len()] = [$(Self::$variant),+];

            /// Returns the spelling in statements, files, JSON and on the command line.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }

            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => slugs!(@words $slug $(, $words)?)),+ }
            }
        }
    };
    (@words $slug:literal, $words:literal) => { $words };
    (@words $slug:literal) => { $slug };
}
