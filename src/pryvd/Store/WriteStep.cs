namespace Pryvd.Store;

/// <summary>The steps in which rows that waited get to the disk.</summary>
internal enum WriteStep
{
    Begun,
    RowsWritten,
    Committed,
    Checkpointed,
}
