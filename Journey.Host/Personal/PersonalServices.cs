namespace Journey.Host.Personal;

/// <summary>What can be done with one person's data.</summary>
public sealed record PersonalServices(CustomerErasure Erasure, CustomerExport Export);
