import type { Money } from '@vici/utils/domain';
import { type Invoice, invoiceNumber } from '../../domain/invoice.js';
import type { OrderState } from '../../domain/order.entity.js';
import type { OrderContent, OrderLine, PostalAddress } from '../../domain/order-content.js';
import type { InvoiceLine, InvoicePaper } from './invoice-renderer.port.js';

/** What stands on the document of an order; it depends on nothing that changes after the order is paid. */
export function invoicePaper(invoice: Invoice, order: OrderState): InvoicePaper {
  const { content } = order;
  const billing = content.billingAddress ?? content.shippingAddress;
  return {
    title: invoice.kind === 'INVOICE' ? 'Invoice' : 'Credit note',
    number: invoiceNumber(invoice),
    issuedAt: invoice.issuedAt,
    facts: [
      `Order ${order.number} of ${day(order.placedAt)}`,
      `Issued on ${day(invoice.issuedAt)}`,
      ...(invoice.kind === 'INVOICE' ? [] : [`Reason: ${invoice.reason}`]),
    ],
    billedTo: addressLines(billing.postal),
    sentTo: addressLines(content.shippingAddress.postal),
    ...(invoice.kind === 'INVOICE' ? invoiceBody(content) : creditBody(invoice)),
  };
}

type Body = Pick<InvoicePaper, 'lines' | 'amounts' | 'closing'>;

function invoiceBody(content: OrderContent): Body {
  const { discount, tax, taxIncluded } = content;
  return {
    lines: content.lines.map(toLine),
    amounts: [
      { name: 'Subtotal', amount: print(content.subtotal) },
      ...(discount.isZero() ? [] : [{ name: 'Discount', amount: print(discount.negate()) }]),
      { name: `Shipping (${content.shippingMethod})`, amount: print(content.shipping) },
      { name: taxIncluded ? 'Tax, in the prices' : 'Tax', amount: print(tax) },
      { name: 'Total', amount: print(content.total) },
    ],
    closing: 'Paid in full. Thank you for your order.',
  };
}

function creditBody({ total, reason }: Invoice): Body {
  const amount = print(total);
  return {
    lines: [{ name: 'Refund', detail: reason, quantity: '1', unit: amount, total: amount }],
    amounts: [{ name: 'Total credited', amount }],
    closing: 'The amount goes back to the way it was paid.',
  };
}

function toLine(line: OrderLine): InvoiceLine {
  const { name, sku, quantity, unitPrice, totalPrice, discount, tax } = line;
  const reduced = discount.isZero() ? '' : `, discount ${print(discount)}${reasons(line)}`;
  return {
    name,
    detail: `${sku}, tax ${print(tax)}${reduced}`,
    quantity: String(quantity),
    unit: print(unitPrice),
    total: print(totalPrice),
  };
}

/** What gave the discount; nothing where that was not noted. */
function reasons({ reductions }: OrderLine): string {
  const told = reductions.map(({ description, amount }) => `${description} ${amount.toDecimalString()}`);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

function addressLines(postal: PostalAddress): string[] {
  return [
    `${postal.firstName} ${postal.lastName}`,
    postal.addressLine1,
    ...(postal.addressLine2 === undefined ? [] : [postal.addressLine2]),
    `${postal.postalCode} ${postal.city}, ${postal.state}`,
    postal.country,
  ];
}

function print(money: Money): string {
  return `${money.toDecimalString()} ${money.currency}`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
