//! Who may do what: the policies, and the two questions that are asked of them.
