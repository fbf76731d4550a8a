//! Addresses of lakes: a folder, or a bucket of one of three clouds, whose client is made from the environment as the cloud's own tools are.

use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::client::SpawnedReqwestConnector;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{ObjectStore, RetryConfig};
use tokio::runtime::Handle;

use crate::bucket::PATIENCE;
use crate::error::LakeError;

/// The clouds, by the beginning of an address.
const CLOUDS: &[(&str, Cloud)] = &[("s3", Cloud::Amazon), ("az", Cloud::Azure), ("gs", Cloud::Google)];

/// Times that a request is tried again.
const RETRIES: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cloud {
    Amazon,
    Azure,
    Google,
}

/// The address of a bucket and a prefix in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    cloud: Cloud,
    text: String,
    bucket: String,
    prefix: String,
}

impl Address {
    /// Reads an address; none when the text names a folder.
    ///
    /// # Errors
    /// [`LakeError::BadAddress`] when it is an address, but of no bucket that is known.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, LakeError> {
        let Some((scheme, rest)) = text.split_once("://") else { return Ok(None) };
        let bad = || LakeError::BadAddress(text.to_owned());
        let (_, cloud) = CLOUDS.iter().find(|(known, _)| *known == scheme).ok_or_else(bad)?;
        let (bucket, prefix) = rest.trim_end_matches('/').split_once('/').unwrap_or((rest.trim_end_matches('/'), ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let parts = prefix.is_empty() || prefix.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if bucket.is_empty() || !bucket.chars().all(plain) || !parts {
            return Err(bad());
        }
        let text = format!("{scheme}://{}", rest.trim_end_matches('/'));
        Ok(Some(Self { cloud: *cloud, text, bucket: bucket.to_owned(), prefix: prefix.to_owned() }))
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }
}

/// Whether a text is an address, and not a folder.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.contains("://")
}

/// A client whose requests run where `handle` says.
pub(crate) fn client(address: &Address, handle: Handle) -> object_store::Result<Arc<dyn ObjectStore>> {
    let connector = SpawnedReqwestConnector::new(handle);
    let retry = RetryConfig { max_retries: RETRIES, retry_timeout: PATIENCE, ..RetryConfig::default() };
    Ok(match address.cloud {
        Cloud::Amazon => Arc::new(
            AmazonS3Builder::from_env()
                .with_bucket_name(&address.bucket)
                .with_retry(retry)
                .with_http_connector(connector)
                .build()?,
        ),
        Cloud::Azure => Arc::new(
            MicrosoftAzureBuilder::from_env()
                .with_container_name(&address.bucket)
                .with_retry(retry)
                .with_http_connector(connector)
                .build()?,
        ),
        Cloud::Google => Arc::new(
            GoogleCloudStorageBuilder::from_env()
                .with_bucket_name(&address.bucket)
                .with_retry(retry)
                .with_http_connector(connector)
                .build()?,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[track_caller]
    fn check(text: &str, wanted: Option<(&str, &str)>) {
        let found = Address::parse(text).unwrap();
        assert_eq!(found.as_ref().map(|found| (found.bucket.as_str(), found.prefix.as_str())), wanted, "{text}");
    }

    #[test]
    fn buckets_and_folders_are_told_apart() {
        check("s3://facts/team/lake", Some(("facts", "team/lake")));
        check("s3://facts/", Some(("facts", "")));
        check("az://facts/lake/", Some(("facts", "lake")));
        check("gs://facts", Some(("facts", "")));
        check("/srv/lake", None);
        check("lake", None);
    }

    #[test]
    fn other_addresses_are_refused() {
        for text in ["http://host/lake", "s3://", "s3:///lake", "s3://a b/c", "s3://a//b", "s3://a/../b", "://a"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
