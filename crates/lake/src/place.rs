//! Where a lake lies: a folder of this machine, or a bucket of an object store. The one seam between the two; nothing else of the lake
//! knows which it is.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::error::Result as QueryResult;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use object_store::path::Path as StorePath;
use object_store::{ObjectStore, UpdateVersion};

use crate::disk::DiskFile;
use crate::error::LakeError;

/// Which state of the manifest was read, so that a reader sees that there is a newer one, and a writer replaces no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A file's time and length.
    File(SystemTime, u64),
    /// What the object store calls this content.
    Object(UpdateVersion),
}

/// What a writer holds while it lives: the lock of a folder. A bucket has none; there the manifest decides.
#[derive(Debug)]
pub(crate) struct Held(#[expect(dead_code, reason = "the lock ends when the file is closed")] pub(crate) Option<File>);

/// A file that is there.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Relative to the lake, with `/`.
    pub(crate) file: String,
    /// Seconds since the epoch.
    pub(crate) modified: i64,
}

/// Where a lake lies. Files are named relative to the lake, with `/`.
pub(crate) trait Place: fmt::Debug + Send + Sync {
    /// What people call it: the folder, or the address.
    fn address(&self) -> &Path;

    /// Lets a writer begin.
    fn hold(&self) -> Result<Held, LakeError>;

    /// Whether the manifest is another than the one that was read, without reading it; none when there is no manifest.
    fn mark(&self) -> Option<Mark>;

    /// The manifest's bytes; none when there is no manifest.
    fn manifest(&self) -> Result<Option<(Vec<u8>, Mark)>, LakeError>;

    /// Replaces the manifest that had the mark `before`, once the files in `new` are sure to be there.
    ///
    /// # Errors
    /// [`LakeError::Overtaken`] when somebody else replaced it meanwhile.
    fn replace(&self, text: Vec<u8>, before: Option<&Mark>, new: &[&str]) -> Result<Option<Mark>, LakeError>;

    /// Begins a file. It is there when it was synced.
    fn create(&self, file: &str) -> Result<Box<dyn DiskFile>, LakeError>;

    /// Whether a file is there.
    fn is_there(&self, file: &str) -> bool;

    /// Removes a file.
    fn remove(&self, file: &str) -> io::Result<()>;

    /// The files under a folder of the lake; all of them when it is empty.
    fn files(&self, folder: &str) -> io::Result<Vec<Found>>;

    /// The bytes in each of these files; none for one that is not there.
    fn sizes(&self, files: &[&str]) -> Vec<io::Result<Option<u64>>>;

    /// BLAKE3 of a whole file, hex.
    fn checksum(&self, file: &str) -> io::Result<String>;

    /// A part's rows, batch by batch.
    fn rows(&self, file: &str) -> Result<ParquetRecordBatchReader, LakeError>;

    /// The store that DataFusion reads from, when it is another than this machine's files.
    fn store(&self) -> Option<Arc<dyn ObjectStore>>;

    /// The name under which DataFusion has the store.
    fn store_url(&self) -> QueryResult<ObjectStoreUrl>;

    /// A file's name in the store.
    fn location(&self, file: &str) -> Result<StorePath, object_store::path::Error>;

    /// Puts a manifest that cannot be understood aside; says where it is now.
    fn put_aside(&self) -> Result<String, LakeError>;
}
