//! A lake in a bucket of an object store: S3, Azure or Google Cloud. Each file is written as one object and never again; the manifest is
//! replaced only when it still is the one that was read, so whoever comes second is told so instead of undoing the first.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::error::Result as QueryResult;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path as StorePath;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload, UpdateVersion};
use tokio::runtime::{Handle, Runtime};

use crate::address::{self, Address};
use crate::disk::DiskFile;
use crate::error::LakeError;
use crate::manifest::FILE;
use crate::part;
use crate::place::{Found, Held, Mark, Place};

/// The name under which DataFusion has the store. One session has one lake, so the name need not tell buckets apart.
const STORE_URL: &str = "lake://bucket";

/// Requests in flight when many files are asked for.
const AT_ONCE: usize = 16;

/// What asks the store runs on threads of its own, since some callers wait inside of a runtime and some without one.
#[derive(Debug)]
struct Worker(Option<Runtime>);

impl Worker {
    fn new() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        Ok(Self(Some(runtime)))
    }

    fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(Runtime::handle)
    }

    /// Waits for the answer; the thread that asks is not one of the worker's.
    fn wait<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> io::Result<T> {
        let (tell, told) = mpsc::channel();
        let handle = self.handle().ok_or_else(|| io::Error::other("the lake is being closed"))?;
        handle.spawn(async move {
            // Nobody is left to be told when the caller panicked.
            let _ = tell.send(work.await);
        });
        told.recv().map_err(|_| io::Error::other("a request to the object store ended without an answer"))
    }
}

impl Drop for Worker {
    /// A runtime may not wait for its threads inside of another one.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The bucket, and the prefix of the lake's files in it.
#[derive(Debug)]
pub(crate) struct Bucket {
    address: PathBuf,
    prefix: StorePath,
    store: Arc<dyn ObjectStore>,
    worker: Arc<Worker>,
}

impl Bucket {
    /// The place that an address names. Who may enter is said by the environment, as for the cloud's own tools.
    pub(crate) fn new(address: &Address) -> Result<Self, LakeError> {
        let path = PathBuf::from(address.text());
        let worker = Worker::new().map_err(LakeError::io("reach", &path))?;
        let handle = worker.handle().cloned().ok_or_else(|| LakeError::BadAddress(address.text().to_owned()))?;
        let store = address::client(address, handle).map_err(|error| LakeError::io("reach", &path)(error.into()))?;
        Self::with(path, address.prefix(), store, worker)
    }

    /// A lake in any object store.
    #[cfg(test)]
    pub(crate) fn over(store: Arc<dyn ObjectStore>, prefix: &str) -> Self {
        Self::with(PathBuf::from("test://bucket"), prefix, store, Worker::new().expect("threads")).expect("a prefix")
    }

    fn with(address: PathBuf, prefix: &str, store: Arc<dyn ObjectStore>, worker: Worker) -> Result<Self, LakeError> {
        let prefix = StorePath::parse(prefix).map_err(|_| LakeError::BadAddress(address.display().to_string()))?;
        Ok(Self { address, prefix, store, worker: Arc::new(worker) })
    }

    fn path(&self, file: &str) -> StorePath {
        file.split('/').fold(self.prefix.clone(), StorePath::join)
    }

    /// Asks the store and waits.
    fn ask<T, F>(&self, work: impl FnOnce(Arc<dyn ObjectStore>) -> F) -> io::Result<T>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        Ok(self.worker.wait(work(Arc::clone(&self.store)))??)
    }

    fn whole(&self, file: &str) -> io::Result<bytes::Bytes> {
        let path = self.path(file);
        self.ask(|store| async move { store.get(&path).await?.bytes().await })
    }

    fn read_manifest(&self) -> io::Result<Option<(Vec<u8>, Mark)>> {
        let path = self.path(FILE);
        let read = self.ask(|store| async move {
            let found = store.get(&path).await?;
            let mark =
                Mark::Object(UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() });
            Ok((found.bytes().await?.to_vec(), mark))
        });
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }
}

impl Place for Bucket {
    fn address(&self) -> &Path {
        &self.address
    }

    fn hold(&self) -> Result<Held, LakeError> {
        Ok(Held(None))
    }

    fn mark(&self) -> Option<Mark> {
        let path = self.path(FILE);
        let about = self.ask(|store| async move { store.head(&path).await }).ok()?;
        Some(Mark::Object(UpdateVersion { e_tag: about.e_tag, version: about.version }))
    }

    fn manifest(&self) -> Result<Option<(Vec<u8>, Mark)>, LakeError> {
        self.read_manifest().map_err(LakeError::io("read", self.address.join(FILE)))
    }

    fn replace(&self, text: Vec<u8>, before: Option<&Mark>, _new: &[&str]) -> Result<Option<Mark>, LakeError> {
        let mode = match before {
            None => PutMode::Create,
            Some(Mark::Object(version)) => PutMode::Update(version.clone()),
            Some(Mark::File(..)) => return Err(LakeError::BadAddress(self.address.display().to_string())),
        };
        let (path, payload) = (self.path(FILE), PutPayload::from(text.clone()));
        let put = self.ask(|store| async move { store.put_opts(&path, payload, mode.into()).await });
        match put {
            Ok(put) => Ok(Some(Mark::Object(UpdateVersion { e_tag: put.e_tag, version: put.version }))),
            Err(error) => match self.read_manifest() {
                // The answer was lost, not the request.
                Ok(Some((found, mark))) if found == text => Ok(Some(mark)),
                _ if is_conflict(&error) => Err(LakeError::Overtaken { path: self.address.clone() }),
                _ => Err(LakeError::io("replace", self.address.join(FILE))(error)),
            },
        }
    }

    fn create(&self, file: &str) -> Result<Box<dyn DiskFile>, LakeError> {
        Ok(Box::new(Object {
            path: self.path(file),
            store: Arc::clone(&self.store),
            worker: Arc::clone(&self.worker),
            bytes: Vec::new(),
        }))
    }

    fn is_there(&self, file: &str) -> bool {
        let path = self.path(file);
        self.ask(|store| async move { store.head(&path).await }).is_ok()
    }

    fn remove(&self, file: &str) -> io::Result<()> {
        let path = self.path(file);
        self.ask(|store| async move { store.delete(&path).await })
    }

    fn files(&self, folder: &str) -> io::Result<Vec<Found>> {
        let under = if folder.is_empty() { self.prefix.clone() } else { self.path(folder) };
        let found = self.ask(|store| async move { store.list(Some(&under)).try_collect::<Vec<_>>().await })?;
        let relative = |about: object_store::ObjectMeta| {
            let file = about.location.prefix_match(&self.prefix)?.map(|part| part.as_ref().to_owned());
            let file = file.collect::<Vec<_>>().join("/");
            Some(Found { file, modified: about.last_modified.timestamp() })
        };
        Ok(found.into_iter().filter_map(relative).collect())
    }

    fn sizes(&self, files: &[&str]) -> Vec<io::Result<Option<u64>>> {
        let paths: Vec<StorePath> = files.iter().map(|file| self.path(file)).collect();
        let asked = self.ask(|store| async move {
            let size = |path: StorePath| {
                let store = Arc::clone(&store);
                async move {
                    match store.head(&path).await {
                        Ok(about) => Ok(Some(about.size)),
                        Err(object_store::Error::NotFound { .. }) => Ok(None),
                        Err(error) => Err(io::Error::from(error)),
                    }
                }
            };
            Ok(futures::stream::iter(paths).map(size).buffered(AT_ONCE).collect::<Vec<_>>().await)
        });
        asked.unwrap_or_else(|error| files.iter().map(|_| Err(io::Error::other(error.to_string()))).collect())
    }

    fn checksum(&self, file: &str) -> io::Result<String> {
        part::checksum(&*self.whole(file)?)
    }

    fn rows(&self, file: &str) -> Result<ParquetRecordBatchReader, LakeError> {
        let path = self.address.join(file);
        part::rows(self.whole(file).map_err(LakeError::io("read", &path))?, &path)
    }

    fn store(&self) -> Option<Arc<dyn ObjectStore>> {
        Some(Arc::clone(&self.store))
    }

    fn store_url(&self) -> QueryResult<ObjectStoreUrl> {
        ObjectStoreUrl::parse(STORE_URL)
    }

    fn location(&self, file: &str) -> Result<StorePath, object_store::path::Error> {
        Ok(self.path(file))
    }

    fn put_aside(&self) -> Result<String, LakeError> {
        let aside = format!("{FILE}.damaged");
        let (from, to) = (self.path(FILE), self.path(&aside));
        let moved = self.ask(|store| async move { store.rename(&from, &to).await });
        moved.map_err(LakeError::io("move", self.address.join(FILE)))?;
        Ok(self.address.join(aside).display().to_string())
    }
}

/// A file that becomes an object as a whole when it is synced.
struct Object {
    path: StorePath,
    store: Arc<dyn ObjectStore>,
    worker: Arc<Worker>,
    bytes: Vec<u8>,
}

impl Write for Object {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl DiskFile for Object {
    /// A name that another writer took meanwhile is [`io::ErrorKind::AlreadyExists`].
    fn sync(&mut self) -> io::Result<()> {
        let bytes = bytes::Bytes::from(std::mem::take(&mut self.bytes));
        let (store, path) = (Arc::clone(&self.store), self.path.clone());
        let put = self.worker.wait(async move {
            let put = store.put_opts(&path, PutPayload::from(bytes.clone()), PutMode::Create.into()).await;
            match put {
                // The answer to an earlier request was lost, not the request.
                Err(object_store::Error::AlreadyExists { .. })
                    if store.get(&path).await?.bytes().await.is_ok_and(|there| there == bytes) =>
                {
                    Ok(())
                }
                put => put.map(|_| ()),
            }
        })?;
        put.map_err(|error| match error {
            object_store::Error::AlreadyExists { .. } => io::Error::new(io::ErrorKind::AlreadyExists, error),
            error => error.into(),
        })
    }
}

fn is_conflict(error: &io::Error) -> bool {
    error.get_ref().and_then(|source| source.downcast_ref::<object_store::Error>()).is_some_and(|error| {
        matches!(error, object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. })
    })
}

/// How long a request is tried again before a run fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
