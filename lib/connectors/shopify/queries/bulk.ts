/** Documents of bulk operations, whose input is uploaded beforehand. */
export const stagedUploadMutation = `mutation StagedUpload($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) { stagedTargets { url parameters { name value } } userErrors { field message } }
}`;

export const runBulkMutation = `mutation RunBulk($mutation: String!, $path: String!) {
  bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) { bulkOperation { id } userErrors { field message code } }
}`;

export const bulkOperationQuery = `query BulkOperation($id: ID!) {
  bulkOperation(id: $id) { status errorCode url partialDataUrl }
}`;
