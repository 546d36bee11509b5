/** A refusal in Magento's own shape: placeholders stay in `message`, their values travel beside it. */
export class MagentoError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly parameters?: readonly unknown[] | Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }

  get body(): Record<string, unknown> {
    return this.parameters === undefined ? { message: this.message } : { message: this.message, parameters: this.parameters };
  }

  /** The message with its values filled in, as one exception quotes another. */
  get text(): string {
    const values = this.parameters ?? [];
    return this.message.replace(/%(\w+)/g, (placeholder, name: string) => {
      const value = Array.isArray(values) ? (values as unknown[])[Number(name) - 1] : (values as Record<string, unknown>)[name];
      return value === undefined ? placeholder : String(value);
    });
  }
}

/** InputException, CouldNotSaveException, StateException and other localized ones: 400. */
export function refused(message: string, ...parameters: readonly unknown[]): MagentoError {
  return new MagentoError(400, message, parameters.length > 0 ? parameters : undefined);
}

/** NoSuchEntityException with a sentence of its own: 404. */
export function notFound(message: string, ...parameters: readonly unknown[]): MagentoError {
  return new MagentoError(404, message, parameters.length > 0 ? parameters : undefined);
}

export function noSuchEntity(fieldName: string, fieldValue: unknown): MagentoError {
  return new MagentoError(404, 'No such entity with %fieldName = %fieldValue', { fieldName, fieldValue });
}

export function requiredField(fieldName: string): MagentoError {
  return new MagentoError(400, '"%fieldName" is required. Enter and try again.', { fieldName });
}

export function invalidValue(fieldName: string, value: unknown): MagentoError {
  return new MagentoError(400, 'Invalid value of "%value" provided for the %fieldName field.', { fieldName, value });
}

/** The wording of 2.4.9; before, it named no SKU ("The product that was requested doesn't exist. …"). */
export function productNotFound(sku: string): MagentoError {
  return notFound('The product with SKU "%1" does not exist.', sku);
}

export function emptyAttribute(label: string): MagentoError {
  return refused('The "%1" attribute value is empty. Set the attribute and try again.', label);
}
